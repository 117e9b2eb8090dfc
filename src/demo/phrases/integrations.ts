/** Connecting to the systems that the customer has. */
export const INTEGRATIONS = `
=== the warehouse system | wms
--- first
C: {How does it talk to @wms|The big question for us is @wms}? {Everything runs on that|If that doesn't work, nothing does}.
R: {We've done it|That's a common one}, {more than thirty times|we have a connector that others already run}. {It reads the purchase orders and writes back the arrival|Orders come in, arrival and door times go back}. <{Every five minutes, or right away if you can send events|You don't open your system to the internet, it calls out}.> {Which version are you on|Are you hosting it yourselves}?
C: {It's hosted here, and it's old.|The cloud one, since last year.|Version... I'd have to ask @it.}
R: {Old is fine, we have a file exchange for that|Cloud makes it simpler}. {It's about a week of work, most of it testing|Plan on three or four sessions with @it}.
---
C: {What happens when the connection is down|And if the sync stops}? {We lose it about once a month|It's happened at two in the morning}.
R: {The dock keeps running.|You keep working.} {The board has the last two days of orders|Appointments don't depend on it}, {and when it's back it catches up, in order|everything that changed is queued and sent again}. {You see a yellow bar, so you know|It tells you how old the data is}. <{It never guesses|And it won't write anything twice, that's been tested to death}.>
C: {@it will ask about the writing twice|Duplicates are what killed our last one}.
S: {Each message has a number.|There's a key on every update.} {If it comes a second time it's ignored|We check it before we write}. {I can show @it the log|You can replay a day and the result's the same}.
---
D: {Which fields do you need from us|What do we have to send you}?
S: {Order number, supplier, item, quantity, due date|Not a lot: order, line, item, quantity, unit, date}. {Weight if you have it|If there's a product group, even better}. {We can live without the rest|The rest is nice to have}. <{I'd start with a file of last month|Send me two thousand lines, and I'll tell you what's missing}.>
D: {I can do that this week.|We have a view like that already.|The product group is a mess, I'll warn you.}
S: {It always is.|We'll map it, it's a table.}
next: @it will send an export of last month's orders to Quayline
ask: Which fields does the integration need? ;; Order, line, item, quantity, unit and due date; weight and product group if available.
=== integrations | integrations
--- first
R: {What else has to be connected|Besides the warehouse system, what's in the picture}?
C: {@erp for the purchase orders.|@tms, on the transportation side.|There's @erp, and then our carriers send EDI.} {And mail, obviously|And somebody wants it in Teams}. <{Plus a label system that nobody understands|There's also a visibility tool we bought and hardly use}.>
R: {For @erp we read the orders, and that's it|We have a standard for that}. {You don't need a project for it|No code on your end}.
---
D: {Is there an API|How good is the API}? {We'd want to build some things ourselves|I've got two developers who'd like to play}.
S: {It's the same one our own screens use|Everything you see goes through it}. {REST, with documentation that's open|There's a test environment with fake trucks}. {Webhooks for every change|You can subscribe to events, so no polling}. <{Limits are generous, a hundred a second|There's a client library, and a page that says what changed}.>
D: {What about versions|And you don't break it every year}?
S: {A version lives two years|We've never broken one}. {You'd hear twelve months before|When something's going away, we write to whoever still calls it}.
D: {Good.|That's better than most.|I'd want that in the contract.}
---
C: {Our bigger carriers send EDI|What about EDI}, {the two-fourteens and so on|status messages, tenders}. {Can you take those|Would that still work}?
R: {Yes, through your provider or direct.|We read the two-fourteen and the two-oh-four.} {An appointment request becomes an appointment|The status goes on the truck}, {so the big ones never touch a screen|and they don't even know it's us}. <{It takes longer to agree on the format than to build it|Testing with each carrier is the slow part, two weeks apiece}.>
C: {@carrier will insist on it.|Two weeks each is okay.|Then we'd start with the portal and add that after.}
---
D: {How do people log in|We use @idp for everything, so}, {do you support single sign-on|can we use that}?
S: {Yes, @idp is one we test every release|Absolutely}. {SAML or OpenID, your choice|It takes about twenty minutes}. {Groups map to roles|You can create users automatically}, {and when someone leaves, they're out the same minute|so there's no list to clean up}. <{Kiosks and carriers are separate|Temps without an account can use a badge at the tablet}.>
D: {Is that extra? Everyone charges for that.|Great. And it's not an enterprise-only thing?}
R: {It's in every plan|No, no tax on it}. {We think charging for security is silly|It's included}.
---
C: {Would it replace anything|Which of our tools could we switch off}?
R: {@oldtool, for sure.|The inbox, mainly.} {The visibility tool, perhaps|Some people drop their yard spreadsheet too}. {I wouldn't promise more|Not the warehouse system, we'd never touch that}. <{It's worth making a list|If a license runs out this year, that helps your case}.>
C: {The visibility thing is twenty thousand a year.|There's a texting service we pay for.|I'll make that list.}
---
D: {How do you test all this|Who tests it}? {We can't have it go wrong on a Monday|We've got one test system and it's shared}.
S: {We run next to it for a week|You get a copy of your setup}, {reading real orders and writing nothing|with the write-back switched off}. {You compare every morning|We'd go through the differences together}. {Then you switch it on, on a Wednesday|When there's nothing left on the list, we turn it on}. <{Never on a Friday|I've only had to turn one back, and it was a wrong unit of measure}.>
D: {Okay, Wednesday it is.|Units of measure. I could tell you stories.|I'm comfortable with that.}
`;
