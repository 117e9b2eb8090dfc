/** Support calls: each subject is one problem, from symptom to fix. */
export const SUPPORT_ISSUES = `
=== the kiosk | issue-kiosk | ordered
--- first
C: {The tablet at the gate is frozen|The kiosk just shows a gray screen}. {It's been like that since five|It stopped working around shift change}. <{The guard's writing things on a napkin|We've gone back to the clipboard, and nobody can find the clipboard}.>
R: {Okay, which gate|Got it, is that the main gate or the back one}? {Is there a number on the sticker|What does it say in the lower corner}?
C: {Main gate. It says offline, in small letters.|It's the one by the road, number two. There's a red dot.}
R: {All right, so it has power but no network|A red dot means it can't reach us}. {I can see here that it last checked in at 4:52|The last I heard from it was two hours ago}.
---
R: {Could somebody press and hold the side button|Is anyone standing by it}? {Count to twelve, until it vibrates|Hold it until the logo comes up, don't let go early}.
C: {Hang on, I'll radio him.|Let me walk out there.} {Okay, it's restarting|He's doing it now}. <{It's asking for something, wireless|There's a list of networks, and ours isn't on it}.>
R: {Did anybody change the wireless password|Was there some work on the network last night}?
C: {Oh. Yes. IT did something over the weekend.|There's a new access point, they put it up yesterday.}
R: {That's it, then|Mystery solved}. {It's trying the old one|It still has the old name saved}. {I'll push it a new profile over the SIM card|Let me switch it to cellular, so you're up, and then fix it properly}.
---
C: {It's got a green dot now|Hey, there's the welcome screen}!
R: {Great. Have a driver try it|Perfect}, {I'll watch it from here|the napkin can be typed in later}. {I see the check-in|There, trailer eight-oh-two just came in}. <{Next time they change it, tell us a day before, and we'll load it ahead|I've added a second network, so it has something to fall back on}.>
C: {You're a lifesaver.|I'll have a word with IT.|Okay, the line's moving.}
next: @r will store a second network profile on every kiosk at @city
=== duplicate appointments | issue-duplicates | ordered
--- first
C: {I've got appointments in there twice|Every load from @carrier shows up double}. {Same order, same time, two doors|It takes up two doors for one truck}. {It looks like we're full when we're not|So the carriers can't find a slot}.
R: {When did you first notice|Since when is that}?
C: {This morning. It could be since yesterday.|Right after the update last night.} <{I deleted about ten by hand, and three came back|My clerk thought she was seeing double, she hasn't had coffee}.>
R: {Don't delete any more|Please leave the rest}, {I'd like to see them as they are|otherwise we lose the trail}. {Can you read me one|Give me an order number}?
C: {Four five zero zero, seven one eight.|It ends in six six two.}
---
R: {Okay, I see two here|So I have both of them open}. {One came from the portal and one from EDI|The first was booked by hand, the second came in as a message}. {Did @carrier start sending messages|Have you turned on EDI for them}?
C: {They were going to. Nobody told me it was live.|Not that I know of. @it might have.} <{That's typical, the left hand and the right hand|Let me guess, it went live on a Sunday night}.>
R: {It's live, since nine last night|They switched it on}. {And their dispatcher still books in the portal, from habit|So they do both now}. {The system should have matched them|We normally match those}, {but the order has a leading zero in one and not in the other|but the formats differ by a dash}.
---
R: {I'm adding a rule that ignores the zeros|Let me set the matching to be looser}, {then it merges them|and I'll run it over this week}. {That gives you back #11-29# slots|It found #11-29# pairs}. {Shall I go ahead|Okay to merge}?
C: {Yes, please.|Do it.|And it keeps the one with the door?}
R: {It keeps the older one, with its door|The one you've confirmed stays}. {Done. Refresh, please|There. Have a look}.
C: {They're gone. Beautiful.|Much better, I see gaps again.|Okay, I can breathe.}
next: @r will confirm with @carrier that their dispatchers stop booking in the portal
=== text messages | issue-texts | ordered
--- first
C: {The drivers aren't getting their texts|Messages to the cabs stopped}. {They sit there, and the door's empty|We've got a door open for thirty minutes and nobody comes}. {It isn't all of them|Some get it, some don't}.
R: {Do the ones who don't have something in common|Is it one phone company, or one carrier}?
C: {I didn't check. Let me see. Two of them are @carrier2.|It's the Canadian ones, I think.|They all have numbers from out of state.}
---
R: {I have the log here|I'm looking at what we sent}. {Eleven went out, four were refused|The ones that failed all say blocked}. {The phone company thinks it's spam|They were filtered before they got to the phone}. <{It happens when somebody replies stop|One word changes it, the word free sets them off}. {Did anyone edit the message|Have you changed the text lately}?>
C: {We added a line about free coffee for drivers.|@d put in a link to the safety rules.|Yes, last week. Is that it?}
R: {That would do it|Ha, that's most likely it}. {Links that are shortened get blocked|Free anything looks like a scam to them}. {Put it on the kiosk screen instead|I'd take it out, and we can show it at check-in}.
---
C: {Okay, I took it out|Changed it back}. {Can you send those again|What about the four guys out there}?
R: {Sending them now|I've resent all four}. {Delivered, delivered, one pending|Three went through already}. <{Somebody should walk to the last one|For the last one I'd knock on the window}.>
C: {I see them rolling|There he goes, he's backing in}. {The coffee was a nice idea, though|And I thought people like coffee}.
R: {It was a nice idea|They do}. {Keep the coffee, lose the text|Just don't text it}.
=== the sync with the warehouse system | issue-sync | ordered
--- first
C: {New orders aren't showing up|The purchase orders from @wms stopped coming in}. {The last one's from yesterday at six|Nothing since midnight}, {so carriers can't book them|so we're typing them by hand}. <{I have two people doing nothing else|We got through forty and there are three hundred left}.>
R: {Thanks, I see the yellow bar on your board|I can see it's been quiet since then}. {The connection itself is up|We can reach your server}, {it's refusing our login|it answers, but with an error}.
C: {What kind of error|Is that you or us}?
R: {It says the password is expired|Your side says the account is locked}. 
---
D: {It turns out we rotate service accounts|I'm told there's a policy}, {every ninety days|it's in the new rules}. {Nobody thought of this one|It must have caught this one as well}.
R: {Right, that would be it|That explains it}. {It's the account that ends in dock|The user is called dock sync}. {If you set a new one, I can put it in while we're on the phone|Can you unlock it and give me a new secret, not by voice please}?
D: {I'm unlocking it. Try now.|One second. Okay, it's in the vault, I shared it with you.|Done, and I've set it to never expire. Don't tell anyone.}
R: {Thank you.|And we're in.} {It's reading|I see orders}: {ninety, two hundred, three hundred and four|the queue's going down}.
---
C: {They're popping up|I see them}. {What about the ones we typed|Do we have them twice now}?
R: {It matched them by number|No, it recognizes those}, {so yours stay and get the details|and your appointments are untouched}. <{Two had a typo, I'll mail you the list|There's one it couldn't match, it has nine digits}.>
C: {Okay. How do we avoid this next time|I don't want to do this every ninety days}.
R: {We can warn you two weeks ahead|There's an alert for an expiring login}. {It was off, I've turned it on for you and @it|I'm setting it to go to both of you}. 
next: @r will send the list of orders that did not match
ask: Why did orders stop coming in? ;; The service account that reads @wms was locked by a password policy; it has been unlocked.
=== signing in | issue-login | ordered
--- first
C: {I've got six people who can't log in|Nobody on second shift can get in}. {It goes around in circles|They get a page that says access denied}. {It was fine on Friday|Days are okay, it's just them}.
R: {You use @idp, right|Do they sign in through @idp}? {What changed since then|Were they moved to another group, maybe}?
C: {We reorganized. HR changed the departments.|There was a cleanup of groups, I got an e-mail I didn't read.}
---
R: {Your roles hang on a group called dock users|We look for the group name}. {It's not there anymore|It seems it's been renamed to receiving operations}, {so we don't know what they're allowed to do|and everyone in the new one gets nothing}. <{The day shift is in two groups, that's why they're fine|You have both, so you didn't notice}.>
C: {Of course they renamed it.|So it's on our end.} {Can you fix it or do I call @it|What's the quickest way}?
R: {I can map the new name now|You've got admin rights, so you can do it with me}. {Settings, sign-in, groups|Go to the gear, then roles}. {Add receiving operations, choose clerk|You'll see a plus sign}.
---
C: {I see it. Added.|Okay, clerk, and save.} {Let me have Tony try|Hey, try it now! He's trying}. {He's in|It works}.
R: {Good.|There we go.} {Leave the old one for a week|I'd keep both until the dust settles}, {then remove it|then clean up}. <{I'll put a note in the ticket for the next person|You can also have it send a mail if a mapped group disappears}.>
C: {Yes, turn that on.|Thank you, that was painless.|I'll forward that to HR.}
=== numbers that don't match | issue-report | ordered
--- first
C: {My report doesn't match what I see on the board|The turn time in the morning mail is wrong}. {It says @goal and I know it was an hour|The mail says 112 trucks and we had 97}. {I sent it to @boss, and then I looked like a fool|Somebody upstairs noticed before I did}.
R: {I'm sorry about that|Ouch, I get it}. {Which day are we talking about|Which site and which day}?
C: {Tuesday, @city.|All of last week, but Wednesday's the worst.}
---
R: {Let me compare|I'll pull the list behind it}. {So the report counts by check-in|The mail goes by the date they came through the gate}, {and the board by appointment|and the board by the plan}. {Fifteen trucks came in before midnight and left after|The night trucks land on the other day}. <{It's explained in a footnote, which nobody reads|That's confusing, I agree}.>
C: {That's exactly the night shift.|Okay, so both are right? That's annoying.} {I need one number|Which one should I use}?
R: {For turn time, the gate|I'd use the gate for everything}. {You can switch the board's counter, there's a setting|Let me change the mail to match the board, if you prefer}.
C: {Make it the gate, everywhere.|Match them, I don't care which.}
---
R: {Done. Tomorrow's mail will use it|It's changed, and I'll resend last week's}. {There'll be a line that says the method changed|It says at the bottom how it counts}, {so nobody thinks you doctored it|so @boss knows why}.
C: {Good. Because that's what they'd say.|Thank you. I'll explain it in the meeting.|Perfect, that saves me a speech.}
next: @r will resend last week's morning reports with the corrected count
=== a carrier who can't book | issue-carrier | ordered
--- first
C: {@carrier2 says there's no slot for two weeks|One of my carriers can't book anything}. {That's nonsense, the board's half empty|And I'm looking at free doors all week}.
R: {What are they trying to bring|Do you know what's on the load}? {How many pallets|Is there an order number}?
C: {Thirty pallets of @goods, floor loaded.|It's @goods2, order four four one nine.}
---
R: {I'm going in as the carrier|Let me see what they see}. {Right, nothing until the nineteenth|You're right, it's empty for them}. {It wants four hours in one piece on the north side|It's looking for a sealed door for three hours straight}, {and there's only one door like that|and those are all cut up into small slots}.
C: {Since when does that take four hours|Who set it to four hours}?
R: {Somebody changed minutes per pallet from four to eight|It was changed on Monday, by a user named nightlead}. <{Could be a typo|Maybe there was a reason}.>
C: {Oh, he did mention it. He wanted more time for the floor-loaded ones.|Ha. I know who that is. Change it back.}
---
R: {How about this|Here's what I'd suggest}: {eight for floor-loaded, four for pallets|keep his number, but just for containers}. {Then he's happy, and you get your slots|That way it's only for the ones that really take long}.
C: {That's smarter.|Do that.|Okay, but he needs to tell me next time.}
R: {You can require a second pair of eyes for rules|There's an approval step, want it on}? 
C: {Yes.|For nights, absolutely.|Let me talk to him first.}
R: {All right. They've got nine options now|It's saved. @carrier2 should see Thursday at ten}.
next: @c will talk with the night lead about changes to unload times
=== door sensors | issue-sensor | ordered
--- first
C: {Door fourteen thinks there's a truck in it|One of the door sensors is stuck}. {It's empty, I'm looking at it|There's nothing there, and it says occupied since six}. {So it won't give it to anyone|So I've lost a door on the busiest day}.
R: {Is there dirt on it, or a strap hanging in front|Could something be blocking the eye}? {It's the little black box over the dock shelter|It sits up on the left}.
C: {I'd need a ladder. Let me look. There's a cobweb the size of a pizza.|A piece of shrink wrap is flapping in front of it.}
---
R: {That'll do it.|Spiders love those, it's warm.} {If somebody takes it off, I'll watch the signal|Wipe it with something dry}. <{Don't use cleaner, it clouds the lens|Careful on the ladder, though}.>
C: {Okay, done.|Gone.} {Anything|Do you see a difference}?
R: {It flipped to free.|Now it's clear.} {And the battery's at eleven percent|I see the battery is low, by the way}, {so it'll fail in a month or so|so I'd swap it while you're up there}. {I'll send you four|We'll ship replacements}.
C: {Send a box, they were all put in at once.|Good catch.|Same size as the smoke detectors?}
next: @r will ship replacement sensor batteries to @city
=== an invoice question | issue-invoice | ordered
--- first
C: {It's about our bill|I have an invoice here that I don't get}. {We're charged for @sites sites plus one|There's an extra line, something with overage}. {We closed @city3 in the spring, so that can't be right|As far as I know we shut @city3 down in the spring}.
R: {Let me open it|I can look at that with you}. {What's the number at the top|Is that the one from the first}?
C: {It ends in two one seven.|The one from this month.}
---
R: {Okay, I see it|So that line is}: {@city3 is still marked active|it's @city3, and it's still on the list}. {Nobody told billing|The closing never got to our billing people}. {You shouldn't be paying for that|I'd call that our mistake}. <{There was no traffic there, we should've asked|There hasn't been a truck there since April, somebody could have noticed}.>
C: {So do I get a credit, or what?|Okay, thank you. And the money?|Right. What happens with what we've paid?} 
R: {Yes, I'll open it with billing today|You'll have a credit note within the week}, {back to the date it closed|for all the months}. {Pay the rest as usual|You can short-pay it if that's easier}.
C: {Credit's fine.|Thanks, that was quick. I expected a fight.|I'll tell accounting. They don't like short-paying.}
next: @r will have billing issue a credit note for the disputed line
`;
