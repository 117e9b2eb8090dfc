/** Problems, and what they cost. */
export const PAINS = `
=== detention | detention
--- first
R: {Do carriers charge you for waiting|Let me ask, are you paying for trucks that wait}? {What does that bill look like|How big is that line for you}?
C: {It's about @detention a month.|Last month was @detention, and that was a quiet month.} {And that's the ones we pay|That doesn't count what we argue about}. <{They say the truck waited four hours, we say two, and nobody has proof|The guard's clipboard isn't evidence, apparently}, {so accounting just pays it|so we split the difference every time}.>
R: {So on an annual basis that's real money|Over a year that adds up}. {Does anybody own it|Whose budget does it hit}?
C: {Transportation. Which is me, so thanks for asking.|It gets buried in freight.|That's the funny part, nobody owns it.}
---
R: {If you had a time stamp for the gate, the door and the exit|Suppose every stop had an arrival and a departure time}, {how much of that would you dispute|would that change the conversation with @carrier}?
C: {Half of it, easily.|It'd change everything.|I'd go back two years if they let me.} {Because I know they come early and then bill from when they arrived|The clock is supposed to start at the appointment, not when they roll in}. <{@carrier2 does it every single time|There's one carrier, I won't say the name, it's in the contract and they still do it}.>
=== chargebacks and late loads | chargebacks
--- first
R: {And on the outbound side|Now on the shipping end}, {are you getting penalties from @buyers|do @buyers fine you for late loads}?
C: {Oh yes.|Yeah, it's a sore subject.} {Last quarter it was @chargeback|@chargeback over the last two quarters}. {If you miss the window by thirty minutes, it's three percent of the invoice|They have a portal and it just deducts it}. <{You can appeal, but you have to show when the truck left|One person does nothing but appeals}, {and guess what we don't know|it's soul destroying work}.>
R: {And why are they late|What's the usual reason}, {if you trace it back|in your experience}?
C: {The trailer wasn't where we thought it was.|The inbound was late, so the product wasn't there.|Congestion. The truck is on the street, it can't get in.|We loaded the wrong one first. There's no priority list.}
---
R: {Does that affect the relationship|Has it come up with your buyers beyond the fines}?
C: {We got put on a scorecard|They downgraded us from preferred}, {and @boss flew out there to apologize|and that's when upper management noticed}. <{That was the moment this became a project|If we fall below ninety-five percent again, we lose the end caps}.>
R: {So there's some pressure from above|That explains why this is happening now}.
=== not knowing what's coming | visibility
--- first
R: {If @boss walks in and asks how the day is going|Someone upstairs wants to know where a load is}, {how do you answer|what do you look at}?
C: {I walk to the window.|I call the dock and the dock calls the gate.|I have a report, from yesterday.} {There's no one place|Everything's in somebody's head}. {By the time I know there's a problem, it's two hours old|I find out we're backed up when the phone rings}. <{Customer service calls me six times a day for that|Sales promises things based on nothing}, {I'd love to just give them a screen|and I can't even blame them}.>
R: {Who else would use that screen|And who'd want to see it, besides you}?
C: {Purchasing, customer service, the plant.|Everyone, that's the problem.|The inventory planners. They'd live in it.}
---
R: {How do you find out that a truck isn't coming|What about no-shows}?
C: {We don't. We wait.|At the end of the shift there's an empty slot.|Somebody notices around noon.} {I've got four people standing at a door with nothing to do|So the labor's already been spent}. {And then it shows up the next day, unannounced|And you can't give the slot to anyone else by then}. <{I'd guess it's #6-14# percent|We had a consultant measure it, it was #6-14# percent of appointments}.>
R: {If the carrier had to confirm the day before|When they get a reminder they tend to cancel properly}, {you'd at least get the slot back|most of our customers see that drop by half}.
C: {Half would be huge.|I'd take that.|I'd believe it when I see it, but okay.}
---
R: {What have you tried so far|Have you tried to fix this before}?
C: {We tried @rival, two years ago, a trial.|IT built something in a spreadsheet with macros.|We put up a big monitor. It showed the same wrong data, larger.|We hired another clerk.} {It worked for a month|It helped a little}, {and then everyone slid back|until volume went up again}. <{The person who built it left, that's what happened|Nobody had asked the people on the floor, in hindsight}.>
R: {What would have to be different this time|What did you learn from that}?
C: {It has to be easier than the phone. If it's not, forget it.|The carriers have to do the typing, not us.|I need the night shift to want it.}
---
R: {Can I ask what happens if you do nothing|Let me play devil's advocate}. {Suppose you run the same way for another year|Say nothing changes until next @peak}.
C: {We open the building in @city3 and it gets twice as bad.|My clerk retires and I'm in trouble.|I'd be doing this job somewhere else, ha.|We survive. But I've said that three years in a row.} <{We're adding a line, so it's another thirty percent of volume|@boss promised the board a number, and this is part of it}.>
R: {I appreciate you being straight about it|Okay, that's clear}. {So there's a date behind it|So it isn't a nice-to-have}.
=== what good looks like | success
--- first
R: {Fast forward a year|Let's say it's twelve months from now}, {this went well|you're glad you did it}. {What's different|What would you be able to say}?
C: {Nobody calls the dock office.|Trucks are in and out in under @goal minutes.|I go home at five.} {Detention's basically gone|The detention line is under a thousand}, {and I've got a screen that I trust|and @buyers stop sending me letters}. <{And my people aren't the bad guys anymore|The carriers actually want our freight}, {you can't put a number on that|that matters when capacity gets tight}.>
R: {Which of those would @boss care about|If @boss could only pick one of those}?
C: {The money. Always the money.|On time to the customer, no question.|Overtime, it's the one on the dashboard.}
---
R: {How would you measure it|What number would you look at first}, {in the first ninety days|before anything else}?
C: {Turn time.|How many appointments the carriers book themselves.|Phone calls. If the phone's quiet, it's working.} {We have a baseline from that week we measured|I could start measuring now}, {so at least we'd know|it won't be pretty}.
R: {I'd do that now|Please do}, {because in six months nobody remembers how bad it was|it's the first thing we'd ask you for in a kickoff}.
next: @c will record a two-week baseline of turn times at @city
`;
