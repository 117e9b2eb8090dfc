/** Showing the gate, the yard and the driver's side. */
export const PRODUCT_YARD = `
=== the gate | gate
--- first
R: {Okay, the truck arrives.|So now we're at the gate.} {The driver scans the code from his text|He walks up to a tablet, or your guard holds it}, {confirms the trailer number|takes a picture of the plate}, {and signs with a finger|and picks his language}. {There are nine languages|It's in Spanish, Punjabi, Russian, you name it}. {Takes about forty seconds|The whole thing is under a minute}. <{We timed it with gloves on, I'm serious|I always tell people to try it with a line behind them}.>
C: {And if he has no appointment|What about the walk-ins}?
R: {It offers the next open time|He gets a number and waits}, {or you turn him away|and you get a message on the board}. {Your choice, by carrier|You set that for each carrier}.
---
C: {Our guards are a contract service|The guards change every two months}. {Will they be able to use it|I can't train a new one each time}.
R: {It's one screen and three buttons|If they can use a phone, they can do it}. {We have a laminated card|There's a five-minute video}, {most need it once|we've put it in front of people on their first day}. <{A guard in @city3 started on a Sunday alone and did sixty trucks|The best test is a shift change, nobody called us}.>
C: {Okay, I'll take your word for it.|I'd like to try it with our guy.|Sixty trucks alone. Poor man.}
---
D: {What hardware is that|What's the tablet, is that something we buy}?
R: {Any tablet from the last five years.|It's a regular tablet in a steel case.} {You can buy ours|We sell the case and the stand}, {or use your own|or you hang up what you've got}. {It needs power and wireless or a SIM card|It holds out for a day if the network drops}. <{It keeps check-ins and sends them when it's back|The one thing to think about is glare, put it under a roof}.>
D: {Wireless at the gate is bad.|We have a dead spot out there.|Okay, so it works offline.}
R: {Then the SIM card|So cellular it is}. {That's included for the first two kiosks|It's a few dollars a month}.
---
R: {When the door is ready|Now a door frees up}, {the driver gets a text in the cab|his phone buzzes}: {back into door fourteen|door number, a map, and which side to drive around}. {He never leaves the truck|So nobody's walking in your yard}.
C: {That right there is worth it|I want that}. {Our safety manager will cry|You know what that does for my insurance}? <{We give out vests now, and they don't come back|Right now we shout over a loudspeaker, the neighbors complain}.>
S: {And when he leaves, he scans out|The exit works the same way}, {so you've got the full time on site|and that's your detention evidence}. 
=== trailers in the yard | trailers
--- first
R: {This is the map.|So here's your yard from above.} {Every box is a spot|We drew it from the satellite picture}, {and the color says how long it's been there|and the red ones are over their free time}. {Type a number and it jumps to it|If I look for four-four-one, there it is, row C}.
C: {How does it know|Who tells it where it is}?
R: {Two ways.|It depends how far you go.} {The spotter taps when he drops it|The simple way is the spotter's tablet}, {or we put a tag on the trailer|the fancy way is a tag or a camera}. {Most people do fine with the tablet|I'd start simple}. <{The yard check in the morning takes twenty minutes instead of two hours|One drive around on Mondays keeps it honest}.>
C: {The morning check is two hours, yes.|My guy with the flashlight would be out of a job. He'd be thrilled.|Okay. And tags cost extra, I assume.}
---
R: {Spotters get a list|The yard driver sees this}, {next move on top|one move at a time}: {take this trailer from row B to door six|from where, to where, how urgent}. {He taps done, and the next one comes|When it's done, the door turns blue on the board}.
C: {No radio.|So we could get rid of the radio?} 
R: {Keep it for emergencies.|Mostly.} {People are surprised how quiet it gets|The first day, everyone thinks it's broken because it's so quiet}. <{And you get a count of moves per hour|You can see how far he drives, too}, {which helps if you pay a service for it|that's how one company found it was paying for moves that never happened}.>
C: {I would love to see that invoice next to the count.|Interesting. We pay by the hour, so there's no incentive at all.|Ha. I'd better not say what I think ours would show.}
---
C: {What about the reefers|We have refrigerated trailers out there}, {somebody has to check the temperature|they have to be checked every four hours}.
R: {You can make that a task|There's a checklist for it}. {Every four hours, on the spotter's tablet|It comes up by itself}, {he types the reading or takes a photo|and if it's out of range, your quality person gets a call}. {With the newer units we read it directly|If the trailer has telematics, nobody has to go}.
C: {The auditors will love that.|And it keeps the record?|We had a load of @goods spoil in July, so yes please.}
R: {For as long as you want|Seven years if you need it}. {You can print it for an audit|It's two clicks to export}.
---
C: {We've got a lot of drop trailers from @carrier|The drops are my biggest headache}. {They bill us by the day|After three days we pay rent}.
R: {Here's the list, oldest first|This report is sorted by cost}. {It counts the free days from your contract|You put in the free time by carrier}, {and warns you on day two|and tells you before the meter starts}. <{Some customers pay for the whole module with that|I've seen someone send back thirty trailers the first week}.>
C: {I've got at least fifteen that should be gone.|We'd send back half the yard.|That's the kind of report finance understands.}
=== the driver's side | drivers
--- first
C: {Do drivers need an app|What do the drivers have to install}? 
R: {Nothing.|No app.} {It's a text with a link|Just text messages}. {They can install it if they come every day|There's one if they want it}, {maybe a third do|the regulars tend to}. 
C: {Good, because they won't install anything|I wouldn't either}. <{And not everyone wants to give a phone number|Some of them have six of those already}.>
R: {Then there's a pager at the gate|For those, the screen shows a number, like at a deli counter}.
---
R: {And afterwards the driver can rate the stop|We ask for one thing at the end}, {one to five, with a comment|just a thumb up or down}. {Restroom, waiting, friendliness|You wouldn't believe what you learn about restrooms}.
C: {Oh boy.|I'm afraid to see that.|We'd get a one for the restroom.} 
R: {Everyone does, at first.|It's the cheapest fix there is.} <{When freight is tight they remember who treated them well|A company in @city3 put out a water cooler and went from two to four}.>
`;
