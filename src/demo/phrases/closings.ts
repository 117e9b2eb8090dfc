/** How calls end: next steps with dates, and goodbye. */
export const CLOSINGS = `
=== next steps | next-prospecting
---
R: {Tell you what|How about this}: {let's take twenty-five minutes @nextday|can we find half an hour @nextday, @nextdate}? {I'll bring a case from @industry|I ask questions, and you see if it's worth it}.
C: {@nextday's okay. Not before nine.|Hm. @nextday at @nexttime could work.|Fine. Send me an invite.}
R: {@nexttime, then|I'll put down @nexttime}. {What's the best e-mail|You'll get the invite in a minute}.
next: Discovery call @nextday, @nextdate, at @nexttime
---
C: {Call me back @nextday|I've got to go, there's a truck}. {After @nexttime it's quieter|Around @nexttime, I'm at my desk then}.
R: {@nextday at @nexttime it is|I'll call you @nextday, @nexttime}. {If something comes up, just reply to the e-mail|And I'll send two lines before, so you know it's me}.
C: {Okay.|Sounds good.|Do that.}
next: @r will call @c back @nextday at @nexttime
=== next steps | next-discovery
---
R: {Let me sum up|So what I took away}: {the appointments are by hand, trucks wait @wait minutes, and detention is @detention a month|@calls requests a day through @oldtool, a wait of @wait minutes, and @boss wants it down}. {Did I get that right|Anything wrong in there}?
C: {That's it in a nutshell.|Yes. It sounds worse when you say it.|Add the chargebacks, and it's complete.}
R: {As a next step I'd show you the product, with your doors in it|I think a demo makes sense, built around that}. {Does @nextday, @nextdate, work|Could you do @nextday at @nexttime}?
C: {@nextday's good. Let me get @d as well.|@nexttime works. I'll bring IT.|Yes. An hour, no more.}
next: @r will demonstrate the product @nextday, @nextdate, at @nexttime
next: @c will invite @d and @it to the demonstration
ask: What is the main problem? ;; Appointments are made by hand, trucks wait @wait minutes on average and detention costs @detention a month.
=== next steps | next-demo
---
R: {So, out of ten|If you had to give it a grade}, {how close is this to what you need|where are you}?
C: {Eight. The integration is the other two.|A strong seven. I need to see it with our data.|Better than I thought, to be fair.} 
R: {Good to hear|Thank you, that's honest}. {What's missing for the rest|What would get it to nine}?
C: {@it has to be convinced.|The price, obviously.|A talk with somebody who uses it.}
R: {Then the follow-up is a technical session with @it|Let's do this: a session on the integration, with @it}, {@nextday, @nextdate, at @nexttime|how's @nextday at @nexttime}? {And I'll send the recording today|You'll have the recording and a proposal before that}.
C: {That works.|Put it in the calendar.|@nextday's fine, I'll tell @it.}
next: Technical session with @it @nextday, @nextdate, at @nexttime
next: @r will send the recording and a proposal
ask: How close is the product to what is needed? ;; Close; what is left is the integration with @wms and the price.
=== next steps | next-technical
---
R: {Let me read back the open items|I've got a list}: {the security papers, the field mapping, the test account|the SOC 2 report, a sample file, and the question about backups}. {The first is mine|Two are ours}, {the file is @it's|one is yours}. {Can we all have that by @nextday|Let's say everything's in by @nextday}?
D: {Yes.|I can do that.|Make it noon, but yes.}
C: {And then we talk terms|So after that it's commercial, right}?
R: {If the list is empty, yes|That's the idea}. {I'd suggest @nextday, @nextdate, @nexttime|I'll send an invite for @nextday at @nexttime}.
C: {Good.|I'll be there.|Okay, moving fast. I like it.}
next: Open technical items closed by @nextday, @nextdate
next: @it will send a sample file
ask: What is still open on the technical side? ;; The security documents, the field mapping and a test account.
=== next steps | next-negotiation
---
R: {So where do we stand|Let me repeat what we agreed}: {@deal for the year, @discount off, price capped|@sites sites, two years, @deal a year}. {I send the final paper today|You have the redline tonight}, {you take it to @boss|it goes to @legal and then @boss}.
C: {Right. And the out after ninety days.|Yes, if the start date's in there.|Correct. I'll push from my end.}
R: {When's a good time to check in|When do we talk again}? {@nextday at @nexttime|How about @nextday, @nextdate}?
C: {@nextday's good, I'll know more.|Let's do that. I'll have talked to @boss.|Okay. Cross your fingers.}
next: @r will send the final agreement over @deal a year
next: @c will take the agreement to @boss; check-in @nextday, @nextdate
ask: What was agreed on price? ;; @deal a year for @sites sites after a discount of @discount.
=== next steps | next-kickoff
---
R: {To recap the homework|Before we go, the to-do list}: {you've got the carriers and the door list|from you the carrier file}, {@it has the test account|from @it the access}, {I do the rules and the letter|and from me a first set of rules}. {We meet @nextday at @nexttime|Next meeting is @nextday, @nextdate}, {thirty minutes|short and sweet}.
C: {Got it.|Written down.|Okay, homework. It's been a while.} 
next: Weekly meeting @nextday, @nextdate, at @nexttime
next: @it will prepare the test account
ask: What happens next in the rollout? ;; The carrier and door lists, the test account and a first set of rules; the next meeting is @nextday.
=== next steps | next-support
---
R: {Is there anything else|Can I do anything else for you today}?
C: {No, that's all.|Not right now. I'll call if it comes back.|I think we're good.}
R: {I'll leave the ticket open until @nextday|I'm keeping @ticket open for two days}, {and check in with you then|and then I'll call to make sure}. {You'll get a summary by e-mail|It's all in the ticket, so the next person knows}.
C: {Thanks, @r.|I appreciate it.|Perfect.}
next: @r will check back on ticket @ticket @nextday
---
R: {Let me know if it shows up again|If it happens once more}, {and mention @ticket, then it comes to me|reply to the mail with the number, so you don't start over}.
C: {Will do.|Good to know.|I hope I don't have to. No offense.}
R: {None taken.|I hope so too.} {I'll look at the logs @nextday morning anyway|I set myself a reminder for @nextday}.
next: @r will review the logs @nextday
=== next steps | next-review
---
R: {Then I have three things|What I've got}: {the training, the figures for @boss, and the answer on reporting|a follow-up with the second shift, the slide, and your request}. {You'll hear from me by @nextday|All of that by @nextday, @nextdate}.
C: {Good.|And I owe you the list.|That's more than I expected.}
R: {And the next one of these in three months|We do this again next quarter}. {Unless you want me sooner|I hope by then you've got the new numbers}.
next: @r will send the figures for @boss by @nextday, @nextdate
ask: What did @c ask for? ;; Figures for @boss and an answer on shift reporting.
=== next steps | next-renewal
---
R: {I'll put that into a new order form|So I revise the paper}, {two versions, one year and two|with what we talked about}, {and you have it by @nextday|it's with you @nextday, @nextdate}. {Then you take it to @boss|From there it's your committee}.
C: {Send it to @procure as well.|One page, please.|Okay. I don't expect a fight.} 
R: {Could we talk @nextday at @nexttime, just ten minutes|And I'd call you @nextday at @nexttime, to see if there are questions}?
C: {Sure.|Sounds like a plan.|That's fine. I'm at my desk then.}
next: @r will send renewal terms for one and for two years by @nextday, @nextdate
next: @c will take the renewal to @boss
ask: What are the renewal options? ;; @renewal for one year, or a lower fixed price for two.
=== goodbye | bye
---
R: {All right, thanks a lot @c|Great. Thank you, @c}, {this was a good talk|I appreciate the time}. {Have a good rest of your @today|Enjoy the rest of the day}.
C: {You too. Bye.|Thanks @r, bye now.|Likewise. Take care.}
R: {Bye-bye.|Take care.|Bye.}
---
C: {Okay, I have to run|All right, they're calling me}. {Thanks @r|This was helpful}.
R: {Thank you @c|Of course}. {Talk @nextday|Talk to you soon}.
C: {Yep. Bye.|Talk then.|Bye.}
---
R: {I'll let you get back to your trucks|I'll let you go}. {Thanks again|It was good talking to you}, {and say hello to @d|and good luck with @peak}.
C: {I will.|Thanks, we'll need it.|Ha, will do.} {Bye @r|Have a good one}.
R: {Bye, @c.|You too.|Cheers.}
---
C: {Good. I feel better about it|Well, that was worth it}.
R: {I'm glad to hear it|That's what I like to hear}. {Thanks, and have a nice weekend when it comes|Take care, @c}.
C: {Thanks. Bye.|You as well.|Bye-bye.}
`;
