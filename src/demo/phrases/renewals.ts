/** Looking back with a customer, and renewing. */
export const RENEWALS = `
=== the year so far | value
--- first
R: {Let me start with the numbers|Here's how the year looks}: {you're at @usage appointments a month|@usage appointments a month, up from where you began}, {@adopt of them booked by the carriers themselves|and @adopt come in without anybody touching them}. {Turn time went from @wait to @goal minutes|The average truck is out in @goal minutes, it was @wait}. <{That's across all the sites|@city's even better than that}. {I was surprised, to be frank|It's in the top quarter of our customers}.>
C: {I knew it was better, I didn't know it was that much.|That's what I see on the floor as well.|@goal? I'd have guessed higher.} {Can I have that on a slide|Could you send me that}? 
R: {It's in your inbox already|I'll send it right after}. {With the source for every number, in case someone asks|And the raw list, so nobody can say we cooked it}.
next: @r will send the year's figures with their sources
---
R: {What about detention|And the detention bill}? {You started at @detention a month|It was @detention when we first spoke}.
C: {It's under two thousand now|Way down}. {And we got some back|We've disputed four and won four}, {thanks to the exit times|because we've got the time stamps}. <{@carrier stopped even sending them|One carrier asked for a copy of our report, so they could fix their end}.>
R: {I love hearing that.|That's wonderful.} {Has anyone put a number on it for finance|Does @boss know}?
C: {@saved percent of the freight overhead, roughly. It was in the board deck.|I told @boss in the hallway. I should write it down.|Not yet, and that's on me.}
---
R: {And the team|How do the people feel about it}? {I remember there was some doubt|You were worried about nights}.
C: {The night lead is its biggest fan now. I can't explain it.|They grumble when it's down, which tells you something.|Mostly good. The temps find it easy.} <{He found out he could prove that days leaves him a mess|The phone rings maybe ten times a shift, that's what they notice}.>
R: {Ha. That's a use case I hadn't thought of|That made my day}. 
---
R: {Where's it falling short|Now the other side}? {What annoys you|What would you change tomorrow}?
C: {The search. I type a number and get forty things.|It's slow on Monday mornings.|Reports by shift. I've said it before.|The carriers' page looks like it's from ten years ago.} <{It's not a deal breaker|It's small, but you do it fifty times a day}.>
R: {Thank you, that's fair|Okay, I'm writing it down}. {I'll get you an answer, not a promise|Let me find out where that stands}. {Is there a second one|What else}?
C: {Support at night is slower than by day.|The texts cost more than we thought.|No, I'm good. I had to think to come up with that.}
next: @r will report back on the complaint @c raised
=== usage and adoption | adoption
--- first
R: {I noticed something in the data|One thing stood out}: {@city2 is well under the others|the second shift books about half by hand}. {Did something change there|Do you know why}?
C: {New supervisor.|They lost two people, and the ones who came weren't trained.|@city2 has always been stubborn.} {He does it the way he knows|They went back to what's easy}. <{I've been meaning to drive over|It's two hours away, so out of sight, out of mind}.>
R: {We could do a training, an hour on their shift|I can send someone for half a day}. {No charge|It's part of what you pay for}. {Before it becomes a habit|The sooner the better}.
C: {Yes, let's.|Please. At ten at night, if you can stand it.|I'd be grateful.}
next: @r will schedule a refresher training for the second shift at @city2
---
R: {You aren't using the carrier scorecard|I see that nobody's opened the yard map since May}. {Is it not useful, or did nobody know|Is there a reason}?
C: {I forgot it was there.|We tried, and the data wasn't right in the beginning.|No one showed me how.} <{There's so much in it|I know ten percent of the thing, probably}.>
R: {Let me show you one page|It's worth another look}. {It's sorted by cost now|Since the last release, it compares with the month before}, {so you'd see who costs you money|so you could use it for your rate talks}.
C: {The rate talks are next month, so yes.|Okay, put it on the list.|Show me now, I have ten minutes.}
---
C: {We're adding a building|I wanted to tell you, we've bought a place near @city3}. {It's small, eight doors|Twenty doors, mostly cross-dock}. {Can we just add it|What would that take}?
R: {Congratulations!|Oh, that's great news.} {Under your agreement it's the same price per site|It's @siteprice a month, same as the rest}. {You copy the template|Since you've got the template}, {it's two weeks, not six|we'd be live within two weeks of the network being there}. <{When do you get the keys|The slow part is usually the internet line}.>
C: {In about a month.|Right after @fiscal.|We have them. There's a bird living in it.}
next: @r will quote the additional site near @city3
---
C: {@d is leaving|You should know that I'm changing jobs in the summer}. {So there'll be a new person|We'll have a gap}.
R: {Oh. Thank you for telling me|I'm sorry to hear that}. {Who takes over|Is there someone lined up}? {I'd like to meet them before, rather than after|It'd be good to have a handover with all three of us}.
C: {Not yet.|It's being advertised.|Somebody from @city2, she knows the system.} <{I'll write down what's in my head|I promised to leave a manual}.>
R: {Let's record a walk-through|We can keep your rules with a comment on each}. {The next person will bless you|It's easier when the why is in there}.
=== the renewal | renewal
--- first
R: {So, the terms|Let's get to the paper}. {The agreement runs out at @fiscal|You've got until @fiscal}. {The renewal would be @renewal for the year|For the next year it's @renewal}, {that's @uplift more|which includes the @uplift from the contract}. 
C: {Hm. That's a lot.|I expected that, I can't say I like it.|@uplift. Okay. Why?} {We didn't get any more for it|Our own prices went up by two}. <{And @boss told everyone to hold costs flat|I've been asked to bring each vendor down by five percent}.>
R: {Text messages and hosting both went up|It's what we pay for the messages, mostly}. {I can take it to three if you sign for two years|For two years I'd waive it}. {You'd have a fixed price, and I've got something to show|That gives you a flat line for your budget}.
ask: What does the renewal cost? ;; @renewal for the year, an increase of @uplift, lower with a two-year term.
---
C: {I have to say, @rival called|We got a flyer from @rival2, with a price on it}. {It's a lot lower|Twenty percent less, they claim}. {I'm not looking, but procurement is|@procure asked me why we don't switch}.
R: {That's a fair question|I'd ask too}. {What would switching cost you|If you moved, what would you have to redo}?
C: {The carriers. All @carriers of them.|The integration, the rules. A year of my life.} <{I know, and you know, but on paper it's a number|Try to explain that to someone who has never been on a dock}.>
R: {Let's write that down for @procure|I'll help you make that comparison}. {Honest, both columns|With what they're better at in it, too}. {If it comes out for them, so be it|It has to hold up when I'm not in the room}.
next: @r will write a comparison with @rival for @procure
---
C: {We'd like to drop the yard at @city3|Can we take something out}? {They don't use it|It's a small place, it doesn't need it}.
R: {Yes, at the renewal you can|You can change that now}. {It's @gateprice a month less|That takes @gateprice a month off}. {Before you do, may I ask why it isn't used|I'd want to know what went wrong there}? <{Sometimes it's a missing tablet|At another place it turned out nobody had a login}.>
C: {There are nine trailers. You can see them all from the door.|Nobody ever set it up.} {It's overkill|It's a parking lot}.
R: {Then take it out|Okay, that's a good reason}. {I'd sooner have you pay for what you use|No argument from me}.
---
C: {If we do two years, what else do we get|What can you do for two years}?
R: {The price is fixed|A flat price}, {and I can add a health check, a day on site|and a named engineer}. {Plus the beta for arrival times, if you want it|You'd also be in the advisory group}. <{That's twice a year, in person, usually near good food|They do listen, about half of what's new came from there}.>
C: {The engineer is what I want.|I'd like the day on site.|The food got me.} {Let me take that to @boss|I think I can sell two}.
---
R: {Who has to be part of this on your side|What's the process for the renewal}? {Same as last time|Is it still you and @boss}?
C: {@boss signs, @procure looks at it.|There's a new rule, anything above fifty thousand goes to committee.} {They meet on the first Tuesday|It takes three weeks}. <{If we miss that one, it's another month|And @legal wants to see it if a word changes}.>
R: {So to be safe, you'd need the final version by next week|Counting back, you need my paper soon}.
C: {Ideally.|Yes, and no surprises in it.|The earlier the better.}
ask: What is the approval process for the renewal? ;; @boss signs after @procure has reviewed the terms.
---
R: {Would you be a reference for us|May I ask you for something}? {Two calls a year, with people like you were back then|There's a company in @industry that'd love to hear from you}.
C: {Sure, I did the same when I was looking.|If I don't have to put on a tie.|What's in it for me? I'm kidding. Half kidding.}
R: {Much appreciated|Thank you, that means a lot}. {You can say whatever you like|Tell them the bad parts too}. <{The ones with a bad part close faster, believe it or not|They don't trust anyone who says it's perfect}.>
---
C: {Before I sign, I'd want the sync thing solved|There's one condition}. {It went down three times in the spring|We've had four outages of the connection}, {and every time I've got people typing|and it's always on a Monday}.
R: {Understood.|That's reasonable.} {Two were ours, and we fixed the cause|I read the tickets: one was ours, the rest was the password policy}. {I'll have our engineer call @it this week|You'll get a written plan with dates}. <{And credits for the ones that were our fault|I'm not going to argue about those}.>
C: {Okay. If I see that plan, I'm fine.|Good. That's what I needed to hear.|I'd like the plan before the committee.}
next: @r will send a written plan to stabilize the connection to @wms
`;
