/** Rolling out the product. */
export const ONBOARDING = `
=== the plan and the date | plan
--- first
R: {When do you want to go live|Let's pick a date}? {I heard @golive from sales|The contract says six weeks}, {is that real|does that match what you think}?
C: {It's what @boss told the board, so it's real.|I'd like a week more, to be safe.|It was, before we lost a supervisor.} {We have inventory in between|There's @peak after that}, {so there's no slack|and nobody touches anything then}.
R: {Then week one is data, two and three the rules|Okay, so we start with the data right away}, {four is testing with three carriers|test in week four}, {five is training|train in five}, {and we go in week six|and then switch}. <{I've never done it in less than four|The thing that slips is always the carrier list}.>
C: {I can get you that by Friday.|Our carrier list is, um, a shoebox.|Looks doable.}
next: @c will send the carrier list
---
R: {Who's on the team|Let's put names to it}? {I need somebody for the dock, one for IT, one for the carriers|Three roles: a decider, a dock expert, a technical person}.
C: {@d for the dock.|I'm the decider, I guess.} {@it for the technical part|IT is @it}, {and the carriers, that would be Nancy in transportation|and for the carriers I have to find someone}. <{She knows every dispatcher by first name|It needs a person who doesn't mind the phone}.>
R: {Great, she'll be worth gold|Perfect, that's the most important one}. {Can they give it four hours a week|Do they know it's about half a day per week}?
C: {They do now.|I'll clear it with their boss. Who's me.|For six weeks, yes.}
---
R: {What could go wrong|Let's talk about risks}? {From your side|What do you lie awake about}?
C: {The network at the gate.|That the first day is chaos, and then everyone says I told you so.|Data. Our item master is a horror.} <{We had a go-live two years ago that shut us down for a day|I still hear about the label printers}.>
R: {So we do one product first|That's why we start on a Wednesday, with two carriers}, {and the old way stays available for two weeks|with the paper in a drawer}. {Nobody has to jump|You can always step back}.
C: {Okay, that calms me down.|The drawer's a good idea.|I'd still bring donuts.}
=== loading the data | data
--- first
R: {Let's look at the file you sent|I opened your spreadsheet}. {It's in good shape, mostly|I've seen worse}. {There are two door sevens|Door eleven comes up as north and south}, {and forty carriers with no e-mail|and some names are in there three times}.
C: {Door seven is split, there's a seven A.|Yeah, that list is fifteen years old.|We call them by nickname, sorry.} {I'll go through it|Can I fix that in your tool}? 
R: {Just write it in the margin, I'll clean it|Either way is fine}. {It takes me ten minutes|We've got a matcher for names}. <{Who's Big Jim|One only says ask Linda}?>
C: {Big Jim is @carrier. He's the driver, everyone calls it that.|Linda retired.|Ha. Leave that one to me.}
next: @c will correct the carrier names in the spreadsheet
---
R: {How long do your loads take|Next: durations}? {By product, just a first guess|Give me minutes per pallet}.
C: {Two minutes a pallet, when it's standard.|It's an hour for a full one of @goods.} {Floor-loaded, three hours|Mixed loads, call it ninety}, {and @goods2 has to be inspected, add twenty|plus fifteen for anything with a certificate}.
R: {Good enough to start|That's plenty}. {It corrects itself after a month|We compare it with reality after four weeks}. <{Everyone's first guess is optimistic, so I add ten percent|I'd round up, a free door is nicer than a line}.>
---
D: {On the connection to @wms|About the sync}, {I've set up the account|we have the test system ready}. {What do you need next|What's the next step for me}?
R: {A file from yesterday, and thirty minutes with you|Let's run it in read mode}. {We compare a hundred orders|I'll check the units and the item groups}. {If that's clean, we go to live data, still read only|Then we let it run for a week}.
D: {Thursday works.|I can do it after this call.|Let me just finish my ticket queue.}
next: @it will join a test of the connection to @wms
=== training and carriers | training
--- first
R: {How do your people learn best|For the training}? {Classroom, videos, someone next to them|Some places want a class, others a person on the floor}?
C: {On the floor. If you put them in a room, they sleep.|Short. Fifteen minutes at the stand-up.|Somebody has to stand next to them for a day.} {And in Spanish, for about half|We need it in two languages}.
R: {Okay. We do three fifteen-minute pieces|Then it's one trainer per shift, for two days}, {and there's a practice yard with fake trucks|everyone does ten trucks in the sandbox}. <{We make it a race, the winner gets a hat|I've got a colleague who does nights and speaks Spanish}.>
C: {They'd kill for a hat.|Nights will be so surprised that anyone comes.|I like the fake trucks.}
---
R: {The carriers get a letter from you|We need to tell the carriers}. {First @carriers by mail, then we call the top thirty|Your name on it, our work}. {Here's the draft|I'll send you a text}. {The important line is the date: from then on, no calls|It has to say that after that day the phone isn't an option}.
C: {That's a bit harsh.|Good. They need a deadline.} {Can we say please|I'd give them two weeks of grace}?
R: {Please, yes. Maybe, no.|You can be friendly and clear.} <{When the phone still works, they'll use the phone|At the places where the letter was soft, it took three times as long}.>
C: {You've done this before.|All right. I'll sign it.|Okay, firm but polite.}
next: @r will draft the letter to the carriers
---
R: {On the day itself|So day one}, {I'm on a bridge call from five in the morning|there'll be two of us on site}. {Anybody can walk up or dial in|You'll have a number that a human answers}, {and at noon and at four we take stock|and we have a fifteen-minute huddle each shift}.
C: {You'll be here? In person?|Five. You'll see the sunrise over the trailers.|Good. I was going to ask who we call.} <{Wear boots|Parking's around the back, and bring a vest}.>
R: {I wouldn't miss it|I own boots}. {Usually by day three it's boring|By the third day you'll send me home}.
=== how we measure it | measures
--- first
R: {What do we want to have reached after thirty days|Let's write down what done means}? {I suggest seventy percent self-booked|Something like: seven out of ten booked by carriers}, {and turn time under sixty|and the walk-ins cut in half}.
C: {I'd say eighty.|Seventy's good. And the phone under thirty calls.} {@boss has @goal minutes in the goals|We promised @goal by the end of the year}. <{So I'm on the hook|I can't wait to show that chart}.>
R: {@goal by day ninety, then|Let's make @goal the ninety-day one}. {I'll put it on the first page|It goes at the top of the weekly report}.
---
R: {Every week you get one page from me|I'll send a status each Friday}: {what's done, what's late, who's waiting for whom|green, yellow, red, with a name next to each}. {No poetry|Five lines}.
C: {Copy @boss on it.|Good. If it's red, call me first.|I only read the red ones.}
R: {I always call first|You'd never learn it from a page}.
`;
