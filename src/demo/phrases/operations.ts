/** How the customer's docks run today: what a first conversation asks about. */
export const OPERATIONS = `
=== how appointments get made | process
--- first
R: {Could you walk me through|Take me through|Help me understand} {what happens today|how it goes now} when a carrier {wants a slot|needs a delivery appointment}? <{From the first e-mail to the truck at the door|Pretend I'm the carrier}, {I'd like to see the whole path|don't leave anything out}.>
C: {Sure. So|Okay, so|Right.} {they call or they write|the dispatcher e-mails us}, {somebody in the dock office looks at @oldtool|one of my clerks checks @oldtool}, {finds a gap|looks for a hole}, and {writes back with a time|calls back}. <{That's if it's a good day|If the first time doesn't work}, {it goes back and forth four or five times|they haggle, and that's another hour gone}. {And then someone forgets to write it down|And half the time the purchase order number is wrong}.>
R: {How many of those|And how many requests} would you say {come in|you get} {on a normal day|between six and six}?
C: {About @calls, counting the phone.|We counted once. It was @calls on a Tuesday.|@calls, give or take, and double during @peak.}
---
R: {Who owns that calendar|Who is it that actually decides who gets which door}?
C: {Two people per shift|One lady, she's been here nineteen years}, {and when they're at lunch nothing moves|and when she's on vacation we all suffer}. <{She keeps the real rules in her head|There's a sticky note culture, let's call it}: {which carriers are always late, which loads need a ramp|who gets priority, which doors don't fit a fifty-three footer}. {If she retires we're in trouble|I lie awake thinking about that, actually}.>
R: {So the knowledge isn't written anywhere|If I'm hearing you, the rules live in people}. {Has anybody tried to put them on paper|What would happen if you tried to list them}?
C: {We tried, it was eleven pages and out of date in a week.|There's a binder. Nobody opens the binder.|I started on it in the spring and got to door six.}
---
R: {What does a good appointment look like|When everything goes right}, {how long is a truck on site|what's the time from gate to gate}?
C: {A live unload of @goods, palletized|If it's a full trailer and the paperwork's right}, {forty minutes|call it an hour}. {But the average is @wait minutes, because of the wait|The trouble is that the average is @wait}. <{Floor-loaded freight is a whole other animal|Containers take three hours if the lumpers show up}, {and we don't find out which it is until we open the doors|and the e-mail never says}.>
R: {So @wait on average, and you'd like it to be|And if you could choose a number}?
C: {Under @goal and I'd throw a party.|@goal. That's what @boss put in my goals.|Anything with a three in front.}
---
R: {Do you separate inbound and outbound|How do you split the doors}, {or is any door good for anything|is it by product or by direction}?
C: {On paper we have @doors doors.|We've got @doors, but that's a lie.} {A third are outbound only|Eight of them are blocked by staging}, {some have the wrong leveler|two have been broken since spring}, {so really it's fewer|so you can't just drop a truck anywhere}. <{And the @goods have to go to the north side|The temperature-sensitive stuff needs the sealed doors}, {otherwise we walk it across the building|which adds fifteen minutes a pallet}.>
R: {That's useful|Good detail}, {because the system can hold those rules|so each door would carry its own limits}.
---
R: {And the carriers, do they like it|How do the carriers feel about the way it works now}?
C: {They hate it.|They put up with it.|Ask @carrier, they'll give you an earful.} {They sit on hold|They send three e-mails and call anyway}, {and then they show up whenever they want|and the small ones just come without an appointment}. <{I can't blame them|Honestly I'd do the same}, {the driver's hours are ticking|they lose money at the curb}.>
R: {How often does somebody show up unannounced|What share come without an appointment at all}?
C: {One in five, maybe.|On Mondays it's like a quarter of them.|More than I'd admit to my boss.}
---
R: {What happens when someone is late|Say a truck misses its slot by an hour}, {do you turn it away or squeeze it in|what's the rule}?
C: {The rule is we turn them away|Officially they get rescheduled}, {but if it's something the line needs, they jump the queue|but then purchasing screams and we take it}. {So there's no rule.|It depends on who's yelling.} <{Last week one came nine hours late and we still opened a door|I had a customer's order riding on that one trailer}.>
=== the gate and the yard | yard
--- first
R: {Tell me about the gate|What about the gate, how does check-in work}? {Is there a guard|Who does the driver talk to}?
C: {There's a guard shack with a clipboard|The driver parks, walks in, and stands at a little window}. {He writes his name and the trailer number|He signs in}, {gets a paper slip|and we call his cell when a door opens}, {if he gave us the right number|when we remember to}. <{In the winter there's a line of guys freezing on the sidewalk|The handwriting is terrible, I'd love to show you}, {and half of them don't speak English|and some of them leave the engine running in the fire lane}.>
R: {Do you know at any moment which trailers are in the yard|And if I asked you where trailer four-four-one is right now}?
C: {I'd send a guy in a golf cart.|We'd walk around with a flashlight.|There's a list from this morning. It was wrong by nine.}
---
R: {How many trailers are sitting there|How big is the yard}, {roughly|if you had to guess}?
C: {We've got spots for about #60-140#|There's room for #60-140# if they park straight}, {and right now it's packed|and most of them are drops}. {Some of those have been there so long there are weeds|We found one last month with product from January}. <{We pay rent on those trailers, by the way|The carrier bills us by the day, too}, {and nobody reconciles it|and I've never checked a single invoice}.>
R: {Wow. What was in it|January? What did you do with it}?
C: {@goods. We had to write it off.|Luckily it was packaging, so no harm.|We had to get quality to sign off. It took a week.}
---
R: {Do you run your own yard trucks|Who moves the trailers around}?
C: {Two spotters on days, one at night.|A service does it, they bill by the hour.|We have one yard jockey, and when he's sick I do it.} {They get their instructions by radio|It's all over the radio}, {so if you miss it, you miss it|and everyone hears everything}. <{The other day he moved the same trailer three times|There's a lot of driving around looking for numbers}.>
R: {So nobody sees how many moves they make|Do you measure the moves at all}?
C: {No. I'd love to.|Not really. The invoice tells me, a month later.|I have a feeling, I don't have a number.}
---
R: {And safety|What about safety out there}, {have you had any close calls|do drivers walk around in the yard}?
C: {They're supposed to stay in the cab.|They wander. They look for the restroom.} {We had a fellow walk behind a reversing trailer in March|There was a near miss by door four}, {and that was a very serious week|and our insurance people came out}. <{Since then we make them hand over their keys|So anything that keeps them in the truck is good in my book}.>
R: {I'm glad nobody was hurt|That's a scary one}. {Text messages to the cab would help there|That is one reason people buy the kiosk}.
=== people and shifts | people
--- first
R: {How's the team set up|Let me ask about people}, {how many shifts do you run|who is on the dock in a day}?
C: {Two full shifts and a skeleton crew at night|Three shifts, six days}. {Around #14-45# people on receiving|Receiving's about #14-45#, shipping's more}, {plus temps when it's @peak|and then temps}. {Finding them is the hard part|Keeping them is what's difficult}. <{I trained a receiving clerk for six weeks and she left for the place across the street|The plant down the road pays a dollar more}.>
R: {How do you plan the labor|When you make the schedule}, {do you know what's coming in|what do you base it on}?
C: {Last year plus a feeling.|I look at the open purchase orders and guess.|Not really. We staff for the worst case and send people home.}
---
R: {And overtime|What does overtime look like}?
C: {About @overtime hours a week|We're running @overtime hours a week}, {and almost all of it is trucks that come at the end of the shift|because everything arrives between one and three}. <{You can't leave a half-empty trailer at the door|The drivers all have the same idea, they want to be done before traffic}. {I could live with that in @peak, not in a slow month|Finance circles it in red every month}.>
R: {If the arrivals were spread out|Suppose the trucks came evenly over the day}, {what would that do|how much of it would go away}?
C: {Most of it.|Two thirds, I'd think.|Enough to get me off the naughty list.}
---
R: {Is the second shift run the same way|Do nights work differently}?
C: {They do their own thing.|Completely different world.} {The night lead doesn't use the calendar at all|On nights it's first come, first served}, {and in the morning I inherit whatever's left|and then days spends two hours cleaning up}. <{There's a notebook they hand over|He's a great guy, he just doesn't like computers}, {it has coffee stains from the last decade|and his crew does everything the way he does}.>
R: {We see that a lot.|That's pretty typical.} {Would he be willing to talk to us|Should we involve him early}?
C: {If you bring donuts.|Yes. If he's in from the start he'll be fine.|I'd do it after I've talked to him first.}
`;
