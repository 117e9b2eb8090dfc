/** Talk besides business: small talk, introductions, interludes. */
export const SMALL_TALK = `
=== the weather and so on | small-talk
---
R: {How's the weather out there|What's it doing outside} in @city?
C: {Hot. The dock doors are open and it's like standing in front of an oven.|Raining sideways. We have puddles on the staging floor.|Gorgeous, which of course means everyone wants to be outside.|Foggy. The first trucks were all late because of it.}
R: {Oh no.|Ugh, I don't envy you.|We have the same here.|I can picture it.} <{My office window leaks, so I've got a bucket next to my desk|It was thirty degrees different yesterday, I don't know how to dress anymore}.>
---
R: {Did you get up to anything over the weekend|How was your weekend}?
C: {My daughter had a soccer tournament, so three games in two days.|I rebuilt a fence. Well, most of a fence.|Nothing, and it was wonderful.|We drove up to the lake. No signal at all, best part of it.|I worked Saturday, we had a recall to deal with.}
R: {That sounds exhausting.|I'm jealous.|Good for you.|Did it go well?}
C: {I slept well Sunday, I'll say that.|You know how it is.|Could have been worse. And yours?}
R: {Quiet. I tried to bake bread and failed|I helped my brother move, up three flights of stairs|Mostly cleaning the garage|I took the kids to the aquarium}. {Anyway.|So there's that.}
---
C: {Where are you calling from, by the way|Are you in an office or at home}?
R: {At home today, so if you hear a dog, that's Biscuit.|I'm in the office, in a phone booth the size of a locker.|From a hotel, I was at a customer's yard this morning.|Home. The neighbor is redoing his roof, I apologize in advance.}
C: {Ha, no problem.|I have forklifts behind me, so we're even.|I won't hear it over the compressors.}
---
R: {Did you catch the game last night|I have to ask, did you watch the game}?
C: {I fell asleep in the third quarter.|Don't get me started. That referee.|My son did. I got a full report at breakfast.|I did, and I'm paying for it this morning.}
R: {Same here.|I only saw the score.|That bad?} <{My whole team is wearing the wrong colors today|I lost a lunch over it}.>
---
R: {How was the drive in|Traffic okay this morning}?
C: {They closed a lane on the interstate, so forty minutes instead of fifteen.|Fine, I come in at five, there's nobody on the road.|A truck jackknifed by the exit. Not one of ours, thankfully.}
R: {Wow. Five in the morning.|Oh, I'm glad nobody was hurt.|That's rough.} <{I can't form sentences before eight|I had a commute like that for six years, I don't miss it}.>
---
C: {How's your week going|You keeping busy over there}?
R: {It's been a full one, end of the month and all.|Good, we had a release on Tuesday and nothing broke.|Pretty good, I'm off to a wedding on Friday.|Busy but good. A lot of people are planning for @peak.}
C: {I bet.|That's what I like to hear.|Tell me about it.|Same here, same here.}
---
R: {I looked you up, I hope that's all right|I saw on your profile}, {you've been at @company for eleven years|you used to drive a truck yourself}?
C: {I did, for six years. Flatbed.|Started on the floor, picking orders.|Longer, if you count the summers in college.}
R: {So you've seen both sides of the window.|That explains why you know every door by heart.|That's rare, and it shows.}
C: {It helps. When a driver's upset I know why.|People don't believe it until I back a trailer in.|It makes me harder to fool, at least.}
---
R: {I was in @city2 a month ago, actually|Funny, I drove through @city2 last spring}. {There's a barbecue place by the rail yard|Somebody sent me to a diner with pie}, {do you know it|ever been}?
C: {Everybody knows it. Get there before noon.|I know it too well, ask my doctor.|That's where we take the auditors.}
R: {Ha. I'll remember that.|Next time I'm stopping by.}
=== who is who | introductions
--- needs-s
R: {I brought a colleague along|I've also got @s with me today}. {@s, do you want to say hi|@s, go ahead and introduce yourself}?
S: {Sure. Hi @c, I'm @sfull, I'm a solutions engineer.|Hi everyone, @s here. I'm the one they bring when the questions get technical.} <{I ran a receiving dock for four years before this|I've set up around sixty warehouses at this point}, {so stop me any time|so nothing you say will shock me}.>
C: {Nice to meet you, @s.|Oh good, somebody who's been on a dock.|Welcome, @s.}
--- needs-d
C: {Before we start, I have @d here too|I asked @d to sit in}. {@d is our @drole|@d runs a lot of this day to day}.
D: {Hi @r.|Hello.|Hey, good to meet you, @r.} {I'm mostly here to listen|I've got a few questions written down}, {but I'll speak up|if that's all right}.
R: {Please do, @d.|Great to have you, @d.|The more the better. Welcome, @d.} <{What would make this hour worth it for you|Is there one thing you'd hate to leave without knowing}?>
D: {How much work it is for us, honestly.|Whether it's going to break what we have.|Just show me the part my people have to touch.}
=== an aside | interlude
---
C: {Sorry, hang on|Oh, wait}, {somebody's at the window|my radio is going off}. {Yeah, door twelve, tell him door twelve.|No, the other pallet. The shrink-wrapped one.|Just have him park along the fence.} {Okay, I'm back.|Sorry about that.}
R: {No problem|Don't worry}, {real life|trucks first}. {Where were we|I was about to say}.
---
R: {Sorry @c, you broke up|I lost you}, {the last few seconds|could you say that again}?
C: {Can you hear me now?|Is this better? I moved closer to the door.|Hello? Okay, I switched off the video.}
R: {Yes, that's better.|There you are.|Much better, thanks.}
---
C: {And the—|So I was going to—}
R: {Do you also—|One more—} {sorry, go ahead.|oh, you first.}
C: {No no, you go.|No, it's fine, go on.}
R: {I was only going to say we're good on time|I just wanted to make sure I'm not rushing}. 
C: {We're fine.|This pace is good.|No, it's all good.}
---
R: {Excuse me, I need a sip of water.|Sorry, frog in my throat.} {Okay.|There we go.}
C: {Take your time.|You're fine.|Allergy season?}
R: {Every year.|Too many calls this week.|Something like that.}
---
C: {That beeping is a reach truck, ignore it.|Sorry for the noise, they're moving pallets right behind me.|If you hear yelling, it's only lunch.}
R: {I kind of like it, it sounds like work.|I can hardly hear it.|All good on my end.}
---
C: {How are we on time|Do you know what time it is}? {I have to be on the floor at the hour|I've got a stand-up after this}.
R: {We have plenty left|We're about halfway}. {I'll speed up a little|I can skip ahead if you like}.
C: {No, it's useful, keep going.|A little faster is fine.|We're good then.}
---
R: {Let me write that down.|Hold on, I'm taking notes on this.} {Okay, got that.|All right.}
C: {I can e-mail it to you as well|I'll put it in writing if it helps}.
R: {That would help.|If it's not too much trouble, yes.}
---
C: {You know what, my battery's about to die, let me plug in|Give me a second, I'm walking back to my desk}. {Okay.|All set.}
R: {Ready when you are.|No rush.}
---
C: {My dog just knocked over my chair, sorry|That was the fire alarm test, it's only a test}. {Go on.|You were saying?}
R: {Ha, that woke me up.|Is everything okay?} {Okay, so.|Right.}
C: {All good.|Nothing broken.}
`;
