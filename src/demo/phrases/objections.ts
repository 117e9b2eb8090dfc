/** Objections to buying. */
export const OBJECTIONS = `
=== what could get in the way | objections
--- first
R: {What could stop this|If this doesn't happen, what would be the reason}? {I'd rather know now|Be blunt with me}.
C: {Money. It's always money.|Time. Nobody has any.|The carriers. If they don't play along, it's dead.|Honestly? Habit.} <{We're not good at change|The last two projects left some scars}, {you can ask anyone|and people remember}.>
R: {Thank you for saying it|I'm glad you said that}. {Which part of that can I help with|What would make it less of a risk}?
C: {A short list of who did it before us.|Show me it's small. That I can try it.|Help me tell the story upstairs.}
---
C: {Your price is higher than I expected|I have to be honest, it's too expensive for us}. {We had something like half of that in mind|I was thinking a few hundred a month, not @siteprice}.
R: {I understand|That's fair}. {Compared to what|May I ask what you're comparing it to}?
C: {To @rival. And to doing nothing, which is free.|To what we pay now, which is one clerk.|There's a line in the budget, and it says @budget.}
R: {Doing nothing costs you @detention a month in detention|Well, you told me it's @detention a month just for waiting}, {before overtime|and that doesn't include the chargebacks}. <{If we cut that in half, it has paid for itself|I'm not saying we'd get all of it back, take a third}. {You don't have to believe me|Put your own number in}, {that's what the pilot's for|let's see it on your data}.>
C: {When you put it that way.|I get it, but detention isn't in my budget.|Okay. I need that on one page.}
---
C: {I don't think the carriers will do it|My worry is adoption}. {They've got thirty portals already|Every customer has a different website}.
R: {That's the one I hear most|They do, and they complain about it}. {What we see is that they hate waiting more|But a portal that saves them an hour is a different thing}. {In week four it's around seventy percent|@adopt is what we see after three months}. <{We write to them, we call the top twenty, we hold two webinars|You give us the list, we do the talking, in your name}.> 
C: {You'd call them? Not us?|Okay, that helps, because I don't have anyone for it.|Seventy in a month, I'd like to see that.}
R: {We call them.|That's part of the setup.}
---
C: {Now is not a good time|The timing is difficult}. {We're heading into @peak|There's a freeze until @fiscal}, {nothing moves until that's over|I can't ask people for one more thing}.
R: {I wouldn't go live in @peak either|That makes sense}. {What if we prepare now and switch it on right after|Two options: a small start before, or we sign and wait}? {The data and the rules don't need your floor|Most of the work is on us, the first three weeks}. <{What I'd hate is that you go through it again with @oldtool|Because it'd be one more season of trucks on the street}.>
C: {Prepare now, that could work.|I need to look at the calendar.|Let me think about it. You have a point.}
---
C: {We're also talking to @rival|I should tell you that @rival is in the mix}. {They're cheaper|Their screen looks nicer, to be honest}, {and they have a bigger name|and @boss knows somebody there}.
R: {I'm glad you're comparing|They're a good company}. {What do you like about them|Where do you think they're better}?
C: {The price, and it comes with the transportation module.|Their mobile app. And they're local.} {Their support was slow to answer, though|But they couldn't show the yard, only slides}. <{And I called a reference|I asked around}, {and he said it took nine months|he wasn't thrilled}.>
R: {I'd ask them two things|If I were you, I'd ask them to do one thing}: {show it with your data, and tell you what's not included|put the integration in the price, and let you talk to somebody in @industry}. {If they pass, then take the cheaper one|And ask us the same}.
C: {That's fair.|Ha, okay. I like that.|I will, actually.}
---
C: {I can't sign this|I don't have the authority for that amount}. {Anything over fifty thousand goes to @boss|It needs @boss and then procurement}.
R: {Sure.|That's normal.} {What does @boss need to see|How does that go, a meeting or a form}? 
C: {A one-page case. With a payback.|A form with eleven boxes, then ten minutes on a Thursday.} {And someone will ask why not @rival2|And they'll ask what happens if it fails}. <{If I walk in with a slide deck I'm dead|It's a short attention span up there}.>
R: {Let's write that page together|I'll draft it, and you fix what's wrong}. {You know the numbers|I've got the template}, {and I can join for the ten minutes if you like|and I'm happy to be in the room, or not}.
next: @r will draft a one-page business case for @boss
ask: Who has to approve the purchase? ;; @boss, the @bossrole, then procurement with @procure.
---
C: {IT has no time for this|@it is booked until the end of the year}. {They've got the upgrade and a cyber audit|Every project has to get in line}.
R: {How much time do you think it needs|I hear you}? {For the first site it's about twelve hours|We need @it for maybe two days in total}, {mostly testing|and we do the rest}. {You can start without the integration|There's a way to begin with a nightly file}. <{It's not elegant, but it runs|A lot of people start there and never change it}.>
C: {Twelve hours I could get.|A file, they'd do that in an afternoon.|I'll ask. Nicely.}
---
C: {What if it doesn't work for us|And if after six months it's no good}? {Are we stuck for three years|I don't want to be locked in}.
R: {You can leave after the pilot|There's an out at ninety days}, {in writing, no reason needed|and you'd owe us nothing past that}. {And the data is yours, you take it with you|You get everything back in plain files}. <{I don't want a customer who isn't happy|It's bad for both of us, a prisoner's a terrible reference}.>
C: {That takes some pressure off.|Okay. Good.|I'd want the ninety days on the first page.}
---
C: {My people are afraid it'll cost jobs|There's some fear on the floor}. {They think it replaces them|My clerk asked me if she should look around}.
R: {What did you tell her|That's a real thing}? {Nobody I know has let a clerk go over this|In my experience, they end up running it}. {They stop typing and start solving|They deal with the ten hard trucks instead of all hundred}. <{Talk to the lady at our customer in @city3|I can put her in touch with one who was just as worried}, {she got a promotion out of it|she's the one who trains the others now}.>
C: {That would mean a lot.|I told her she's irreplaceable. It's true, too.|Could she call her? I think that'd help.}
next: @r will introduce @c's dock clerk to a reference customer
---
C: {We built our own thing|IT says they could build it}. {Why would we pay for it|How hard can a calendar be}?
R: {The calendar is the easy part|Version one is easy}. {It's the texts, the kiosks, four hundred carriers, and somebody to call at night|Then someone wants Spanish, and someone wants a report}. {Who would look after it|Who'd be on call for it}?
C: {Nobody. That's what I said.|The same two people who are already drowning.} <{And the last thing they built is still a prototype|They love the idea until they hear the word maintenance}.>
`;
