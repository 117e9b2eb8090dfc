/** How each kind of call begins. */
export const OPENINGS = `
=== the beginning | open-prospecting
---
C: {@c speaking.|Hello, this is @c.|@company, @c here.}
R: Hi @c, {it's|this is} @r {calling from|over at|with} Quayline. {I know I'm calling out of the blue|You weren't expecting me|This is a cold call, I'll admit it}, {do you have a minute|can I have thirty seconds to say why I called|is this a terrible moment}?
C: {Uh, sure, what's it about?|I've got a truck being unloaded, so make it quick.|Thirty seconds, go.|It's as bad as any other time.}
R: {Fair enough.|That's generous, thank you.|Ha, okay, quick it is.} We help {warehouses|companies|buildings} that {ship|move} things like @goods {get trucks in and out without the phone calls|take the chaos out of dock appointments}. <{I saw you have a second building in @city2|I noticed you're hiring receiving clerks in @city}, and {that usually means|usually that tells me} the dock is {getting crowded|feeling it}.> {How are appointments booked at @city today|Who takes the calls when a carrier wants a slot}?
---
C: {Hello?|Shipping office.|Yeah, dock office, this is @c.}
R: {Hey|Hi} @c, @r from Quayline. {We traded an e-mail last week about dock scheduling|You downloaded our guide on detention a few days back|I left you a voicemail on Monday}, {does that ring a bell|remember that at all}?
C: {Vaguely.|Oh, right, the dock thing.|Honestly I get ten of those a day.|Maybe. Remind me.}
R: {No offense taken.|I'd be surprised if it did more than that.} {The short version|In one breath}: carriers book their own {door times|appointments} online, your {people|team} stop {typing them in|answering the phone}, and {trucks wait less|the line at the gate gets shorter}. <{Most places your size|Warehouses with about @doors doors} tell us {they lose an hour a shift to it|the inbox is the worst part of the job}.> {Is that anywhere near a problem you have|Does any of that sound like @city}?
---
C: {This is @c.|@c, how can I help?}
R: @c, hi, {my name is @rfull|@r here} from Quayline. {I was told you're the one who runs the yard at @city|Somebody at your front desk said you're the person to talk to about the docks}. {Did they point me right|Is that true}?
C: {Depends who's asking.|That's me, for better or worse.|Guilty. Well, me and @boss.}
R: {Good.|Perfect.} I'll {be brief|get to it}. {I talk to people who deal with trucks stacking up at the gate|We make scheduling software for loading docks}, {and I wanted to see if it's worth a longer conversation|and before I pitch anything I'd like to know if you even have the problem}. {What happens when six trucks show up at seven in the morning|How bad does it get on a Monday}?
=== the beginning | open-discovery
---
R: {Hi @c, this is @r from Quayline|Hey @c, @r with Quayline here}. {Can you hear me okay|Am I coming through all right}?
C: {Loud and clear.|Yep, I hear you fine. Hi @r.|I can. Good to put a voice to the e-mails.}
R: {Great.|Wonderful.|Excellent.} {Thanks for making the time|I appreciate you carving out the time}, {I know a @today on a dock is never slow|I'm sure you have trucks waiting}.
C: {You could say that.|Ha, always.|It's quieter than yesterday, put it that way.|There's always something, but this matters too.}
---
C: {Hello, @c here.|This is @c.|Hey, sorry, give me one second to close the door. Okay.}
R: {Hi @c, it's @r from Quayline|@c, good @daypart, it's @r at Quayline}, {we had a call on the calendar|calling for our conversation about the docks}. {Still a good time|Are we still okay to talk}?
C: {Yes, I've been looking forward to it, actually.|Sure. I have a hard stop at the hour.|It is. I booked a conference room so nobody can find me.|Yep, go ahead.}
R: {Good.|Smart.|Perfect.} {I'll keep an eye on the clock|I'll make sure we end on time}.
---
R: {Morning|Hello} @c, {@r from Quayline, thanks for hopping on|it's @r, thanks for taking this}.
C: {Hey @r. No problem.|Hi there. Sorry I'm two minutes late, a driver was at the window.|Of course. I've heard the name Quayline a few times now.}
R: {Oh, where from?|No need to apologize at all.|I hope it was good things.} <{We've had a lot of interest out of the @region lately|There are quite a few of us in the @region these days}.>
C: {A guy I used to work with uses you over in @city3|One of our carriers brought it up|@boss saw something at a trade show}. {So here we are.|Anyway, that's why I said yes to this.|He wouldn't stop talking about it, so.}
=== the beginning | open-demo
---
R: {Hi everyone, @r here|Hey @c}, {welcome|good to see you again}. {Let me get my screen up|Give me a moment to share my screen}. {Tell me when you see something|Can you see it yet}?
C: {I see a spinning circle.|Not yet. There it is.|Yep, I see a map of a yard with little trucks.|It's there, a bit small.}
R: {That's the one.|Let me zoom in.|Good, that's our test warehouse.} {I set it up with some of what you told me|I loaded it with @doors doors so it looks like home}. 
C: {Oh, nice.|That's more effort than the last vendor made.|Hey, you even got the name right.|Okay, I like that already.}
---
C: {Hi @r, can you hear us?|@c here, I'm on.|Hello, hello. Is this thing on?}
R: {I hear you perfectly, @c|Crystal clear}. {Are we waiting for anyone|Anybody else joining from your side}?
C: {No, let's start, I'll fill in the others.|@boss was going to try but got pulled into a budget thing.|I invited half the building, so we'll see who turns up.|Just me today, and I take good notes.}
R: {Works for me.|Then let's not wait.|No problem.} {I'm recording so you can pass it along|I'll send the recording after}, {if that's all right|as long as nobody minds}.
C: {That's fine.|Please do.|Sure, I was going to ask for that.}
---
R: {Good @daypart, @c.|@c, hey, good to see you.} {How did the rest of last week treat you|Did you survive the week}?
C: {Barely.|We made it. Two people out and a broken leveler on door nine.|Not bad, we shipped a record on Thursday.|Don't ask.}
R: {Ha. Well,|I believe it.} {today I get to do the talking for a bit|today you get to look at pictures instead of answering my questions}, {so you can relax|so grab a coffee}.
C: {I have one right here.|Sounds good, show me what you've got.|I'll interrupt, I warn you.}
=== the beginning | open-technical
---
R: {Hi @c|Hey @c}, {thanks for getting the right people together|thanks for setting this up on short notice}. {This one is the nuts and bolts call|As I said in the invite, no slides today}.
C: {That's what I told them, no slides.|Good. @it has a list, I've been warned.|Our IT folks hate slides, so you'll get along.}
R: {A list is good.|I like a list.|Lists make for a short call.} {We'll go straight through it|Let's spend the time on it}.
---
C: {Hi @r, we're in the room.|@c here, hi.|Hello, you have me for forty minutes.}
R: {Great, welcome|Good to hear you, @c}. {I read through the questionnaire you sent|I got your questions on Friday and walked through them with our engineers}, {and I think most are easy|and only two or three need a real discussion}.
C: {Good to know.|We'll be the judge of that, ha.|Which ones are the hard ones?|That's faster than I expected.}
R: {The ones about the warehouse system, I'd guess|The sync with @wms, mostly}. {We'll get there.|I saved those for the middle.}
---
R: {@c, hi. I hope you don't mind|Hello @c, I should say first}, {I'll be typing while we talk|I have our technical checklist open in front of me}, {because half of this turns into tickets|so nothing falls through the cracks}.
C: {Type away.|No, that's reassuring.|I'm doing the same thing on my end.}
=== the beginning | open-negotiation
---
R: {Hi @c, @r here|Hey @c, it's @r}. {Did the proposal come through all right|I take it you got the proposal}?
C: {It did. I have it open.|Yes, all eleven pages.|Yep, @boss and I went through it last night.|I printed it and there's red ink on it, fair warning.}
R: {Red ink is fine|Okay, good}, {I'd rather hear it|that's what today is for}. 
C: {It's mostly fine.|There's nothing terrible in there.|A few things jumped out at us.}
---
C: {Hi @r.|@r, how's it going?|Hey, right on time.}
R: {Doing well, thanks|Can't complain}. {I've been thinking about your message|I read your note from last night}, {and I think we're closer than it looked|and I have some ideas}.
C: {I hope so.|Well, I have a CFO breathing down my neck, so good.|Let's see what you've got.}
R: {Let's do it.|All right, let's get into it.|Then let's find a way to make it work.}
---
R: {Good @daypart @c, thanks for calling me back|@c, thank you for the quick turnaround on this}.
C: {Sure. I wanted to get this moving before the weekend.|No problem. @boss asked me about it twice today.|I said I'd have an answer, and I have half of one.}
R: {That's a start.|That's encouraging.|I'll take it.} {Where did you land|What did they say upstairs}?
C: {They like it, they just don't like the number.|Everybody's on board except finance.|It's a yes on the product. The terms, we need to talk.}
=== the beginning | open-kickoff
---
R: {Hi @c, welcome to Quayline officially|Hello @c, and congratulations}! {I'm @r, I'll be running your rollout|My name is @r and I'm your onboarding specialist}.
C: {Thanks, good to meet you.|Hi @r. We're excited, and a little nervous.|Hello. So you're the one I get to bother now.}
R: {Nervous is normal.|That's exactly right, bother me any time.|Nice to meet you as well.} {I read the notes from sales|I talked with your account executive}, {but I'd like to hear it from you|so you shouldn't have to repeat everything}.
---
C: {Hey @r, it's @c.|@c here from @company.}
R: {Hi @c! Big day|@c, great, this is the fun part}. {How did the announcement go over with the team|Have you told the floor yet}?
C: {We told them at the stand-up on Monday. Some cheers, some crossed arms.|Sort of. The dock office knows. The second shift has heard rumors.|They asked if they can throw the fax machine out.}
R: {Crossed arms we can work with.|I love that.|We'll win them over, it usually takes a week.}
=== the beginning | open-support
---
R: {Quayline support, this is @r|Thanks for calling Quayline, @r speaking}. {How can I help|What's going on}?
C: {Hi, it's @c over at @company.|Yeah hi, @c from @company, in @city.|Hello, this is @c at @company, I have a problem.}
R: {Hi @c.|Hey @c, good to hear from you.} {Let me pull up your account|One second while I find you}. <{Okay, I see all @sites of your sites here|I have it, you're on release @version}.>
---
R: {Support desk, @r here.|Hi, this is @r with Quayline support, this call is recorded.}
C: {Hey @r, @c at @company. I opened a ticket this morning|Hi, I'm calling about ticket @ticket}, {and it's gotten worse since|but it can't wait for an e-mail}.
R: {Okay, let me bring that up.|Sorry to hear that.} {I have it here, @ticket|Found it, I see your note}. <{You wrote it started around six|It was assigned to me ten minutes ago, so good timing}.> {Walk me through it|Tell me what you're seeing}.
---
R: {Hello, is this @c? It's @r from Quayline support|Hi @c, @r from the Quayline help desk}, {returning your call|calling you back about your ticket}.
C: {Oh, thank you, that was fast.|Finally. No, I'm kidding, it's been twenty minutes.|Hi, yes, thanks for calling back.}
R: {We try.|Of course.|I saw it was marked urgent.} {Is it still happening right now|Are you in front of a computer}?
C: {I am.|Yes, and I've got drivers looking at me.|Yep, I have it open.}
=== the beginning | open-review
---
R: {Hi @c, it's @r|Hey @c, @r from Quayline}, {good to catch up|time for our quarterly check-in already}. {Feels like we just did this|Hard to believe it's been three months}.
C: {I know, the quarter flew by.|It does. In a good way.|Has it? I'd have said three weeks.}
R: {How's everything on the docks|What's new at @city}?
C: {Busy. We're at @usage appointments a month now|Pretty steady, the usual mess in the morning and then it calms down|We have a new supervisor in @city2 and he's turning things upside down}. <{It's a different place from a year ago|So we're keeping our heads above water}.>
---
C: {Hi @r, sorry, I was on with a carrier.|Hello @r.}
R: {No problem at all, @c|Don't worry about it}. {Was it a good conversation or the other kind|Anything I should know about}?
C: {They wanted to argue about a detention bill. I had the time stamps, so it was short.|Just @carrier wanting a better slot. Same as every week.|The other kind.}
R: {Ha. Time stamps win arguments.|Some things never change.|Well, I hope this one's easier.}
=== the beginning | open-renewal
---
R: {Hi @c, it's @r at Quayline|@c, hey, @r here}. {As I mentioned in my note|You saw my e-mail, I think}, {your agreement is up in a couple of months|we're coming up on the renewal}, {and I didn't want it to sneak up on you|so I'd like to get ahead of it}.
C: {I appreciate that.|Already? Wow.|Good, because last year it snuck up on all of us.|Yeah, finance flagged it too.}
R: {I hope this is a simple conversation|I'd like it to be boring}, {but I want to hear how things really are first|but I'm not going to assume anything}.
---
C: {@c here.|Hello, this is @c.|Hi @r, I figured you'd call.}
R: {Hey @c. Is this still a good time|Hi @c, @r from Quayline, are we good to talk}?
C: {Yes. It's about the renewal, right?|It's fine. I have my spreadsheet ready.|Go ahead. I've got questions for you this time.}
R: {It is, and a bit more than that.|Questions are good.|Wow, a spreadsheet. Okay.} {I've got your numbers for the year in front of me|I went through your usage last night}, {and there's a good story in there|and some of it surprised me}.
`;
