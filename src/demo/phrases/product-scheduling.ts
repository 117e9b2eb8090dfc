/** Showing appointments, the carrier's side and the calendar. */
export const PRODUCT_SCHEDULING = `
=== booking an appointment | booking
--- first
R: {So this is what @carrier would see|Here I'm logged in as a dispatcher at @carrier}. {They pick your building|They choose @city}, {type the purchase order|enter the order number}, and {the system already knows what's on it|it pulls the lines from @wms}. {It's #18-26# pallets of @goods|Say it's #18-26# pallets}, {so it needs fifty minutes and a door on the north side|so only doors with the right leveler come up}. <{Notice they can't see anyone else's appointments|They only see the gaps, never who has the other slots}, {which some of your carriers will care about|that comes up in every demo}.>
C: {So they can't just pick six in the morning|What stops them from all taking seven o'clock}?
R: {You do.|Your rules do.} {You can cap how many start in the same half hour|There's a limit per hour, per product group}, {and hold some slots back for the ones you care about|and keep a few in reserve}. 
C: {Okay, I like the reserve.|Good. And I can change that myself?|That's exactly what the calendar can't do.}
---
R: {If the order number is wrong|Let me type a bad number}, {watch what happens|see this red line}. {It won't let them go on|They can't submit it}. {They have to fix it or ask for help|It offers the closest match}.
C: {Oh, that's big.|Wow, okay.|That'd save us so much back and forth.} {We find that out when the truck's at the door|Today that's a two-hour mess}. <{And then receiving has to call purchasing, and purchasing's gone home|Someone counts the pallets just to find out what it is}.>
R: {If it's only part of an order|For a partial shipment}, {they can split the order over two trucks|it tracks how much is still open}. 
---
R: {Some carriers come every day|I think you said @carrier runs a daily load}, {so they get a standing appointment|you'd give those a recurring slot}. {Same door, same time|Monday through Friday}, {and it releases itself if they don't confirm by noon the day before|and you can exempt holidays}.
C: {What about the ones that come whenever|Some of ours are milk runs, so the time floats}?
R: {Give them a window|For those there's a window}, {say two hours|anything from one to four hours}. {They're expected, but nobody holds a door|The door is only assigned when they check in}. <{A lot of food companies do it that way|That works well for parcel and for your own fleet}.>
C: {That would cover it.|Yeah, our own trucks would need that.|Makes sense, so it's not one rigid thing.}
---
C: {And if a carrier won't use it|What about the guy with a flip phone}? {I've got a few owner-operators|We deal with some really small outfits}, {they're not going to log in to anything|they don't even have e-mail}.
R: {They can text.|Two ways.} {There's a phone number, they send the order number and get three times back|They forward the load tender and it gets read}, {and reply with one, two or three|no login, no password}. {And your clerk can always book for them|Or your people type it in, like now}. <{In practice it's about #8-15# percent that never move|The stubborn ones come around when they see they wait longer}.>
C: {Fair.|That's lower than I thought.|I have two of those. They'd text.}
---
C: {Can I see the calendar|What does my dock office look at all day}?
R: {This is the board.|It's this view.} {Each row is a door and time runs across|Doors down the side, hours along the top}. {Green is confirmed, gray is requested, orange is late|The colors show you where each truck is}. {Drag it, and the carrier gets a message|If you move this one to door eleven, the driver finds out by text}.
C: {What if I drop it on top of another one|And if that door's already taken}?
R: {It asks you.|It won't stop you, but it warns you.} {You're the boss, it's your dock|We learned that the hard way}: {the first version blocked it and people hated us|supervisors need to be able to break a rule at two in the morning}. <{It just writes down who did it|There's a log, so at least you know why}.>
C: {Ha, yeah, my night lead would throw it out the window.|Good answer.|Okay. I want that log.}
---
R: {Every appointment can carry documents|They can attach the paperwork here}: {the bill of lading, a certificate, customs forms|packing list, temperature record, whatever you require}. {You decide which are required, by product|If you make it mandatory, they can't book without it}.
C: {For @goods we need a certificate|Quality wants a seal number}, {otherwise we can't unload|and today it comes on a crumpled piece of paper}.
R: {Then that's a required field|So you'd switch that on for those items}, {and it's there before the truck is|and quality gets a copy the day before}. <{We've got a meat company that turned away twenty trucks a month for that|One customer printed forty pages a day for this, now it's zero}.>
=== the rules behind it | rules
--- first
C: {How are the rules set up|So who puts in all those rules}? {Do I need a programmer|Is that you or us}?
R: {It's a form.|You do, it's point and click.} {Pick a product group, pick the doors|This page has one line per rule}, {say how long it takes|set the minutes per pallet}, {and you're done|and save it}. {We do the first set together|In onboarding we build them with you, it takes an afternoon}. <{After that, most sites touch them twice a year|People usually start with ten and end up with thirty}.>
C: {And if I get it wrong|What if I mess it up}?
R: {You can try it on last week's trucks|There's a sandbox with your own history}. {It shows you what would have happened|You'd see the day with the new rule before anyone else does}.
C: {Oh, that's clever.|I haven't seen that anywhere.|Nice. I'd be playing with that all day.}
---
C: {Can it give priority|How does it know which load matters}? {If the line is about to run out of something|Some trucks are worth more than others}.
R: {You can flag an item as critical|If inventory drops under a level, it goes red}, {and that truck jumps to the front|and then the next free door is theirs}. {The flag can come from @wms or a person|It can be automatic or someone clicks it}. <{The carrier doesn't see that, by the way|We don't show that outside, or everyone would be critical}.>
C: {Purchasing would flag everything.|Who can click it? Because I know people.}
R: {Only who you allow.|You give that to two or three people.} {Most give it to one planner per shift|I'd start with you and the planner}.
---
R: {How long does a live unload take|Let me ask you about durations}, {for a floor-loaded container|say, a mixed load}?
C: {Depends.|It's all over the place.} {Two hours with a good crew|I've seen ninety minutes and I've seen five hours}.
R: {We learn from what happens|So it starts with your guess}, {and after a month it proposes a better number|and then it compares with the door times}. {You accept it or you don't|Nothing changes by itself}.
C: {Okay. I was going to ask if it changes by itself.|Good, I don't trust things that decide for me.}
---
C: {What about holidays, and maintenance|We close a door for repairs now and then}.
R: {Close it on the board|Right-click the door and block it}, {from when to when|give it a reason}, {and whatever was booked there moves or waits for you|and it lists which trucks you have to find a home for}. <{The same for a full day, say inventory|You can do a whole building, for a snow day}. {Carriers get one message, not ten|Everyone affected hears about it right away}.>
C: {A snow day would be about eighty phone calls.|We had an ammonia leak once, that would have been handy.|Good.}
`;
