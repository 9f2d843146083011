"""What voices say to each kind of question, an answer a line; behind an arrow its value where it is another text."""

YES_NO = """
Yes. -> yes
Yes, please. -> yes
Yeah, that's right. -> yes
Yes, I will be there. -> yes
Sure, that works for me. -> yes
Okay. -> yes
That's correct. -> yes
Of course. -> yes
Absolutely. -> yes
Yes, this is she. -> yes
No. -> no
No, thank you. -> no
No, I can't come. -> no
Nope, not really. -> no
I'm afraid not. -> no
I don't think so. -> no
That's not right. -> no
No, that's wrong. -> no
Sorry, I can't make it. -> no
Absolutely not. -> no
"""
DIGITS = """
four three two one -> 4321
nine zero five seven -> 9057
one one eight six -> 1186
oh four two nine -> 0429
seven seven three zero -> 7730
five eight two six -> 5826
three three nine one -> 3391
eight zero zero two -> 8002
two five nine four -> 2594
six one seven three -> 6173
It is four four zero eight. -> 4408
My PIN is nine two one five. -> 9215
one nine six six -> 1966
zero seven one three -> 0713
five five eight one -> 5581
eight three six four -> 8364
two zero two zero -> 2020
nine nine four seven -> 9947
six eight three five -> 6835
one two three four -> 1234
"""
DATES = """
March fifth. -> 2027-03-05
The fifth of March. -> 2027-03-05
Friday, March fifth. -> 2027-03-05
April twenty first. -> 2027-04-21
On May the second, please. -> 2027-05-02
The thirtieth of January. -> 2027-01-30
June thirteenth. -> 2027-06-13
Tomorrow. -> 2027-01-05
The day after tomorrow. -> 2027-01-06
Next Tuesday. -> 2027-01-05
This Friday. -> 2027-01-08
In two weeks. -> 2027-01-18
A week from today. -> 2027-01-11
February eighth. -> 2027-02-08
Thursday, January fourteenth. -> 2027-01-14
April first. -> 2027-04-01
May nineteenth. -> 2027-05-19
The twelfth of February. -> 2027-02-12
Monday, March twenty second. -> 2027-03-22
Today, please. -> 2027-01-04
"""
TIMES = """
Ten thirty. -> 10:30
Half past ten. -> 10:30
At nine o'clock. -> 09:00
Quarter to five. -> 16:45
A quarter past three. -> 15:15
Three in the afternoon. -> 15:00
Eight fifteen in the morning. -> 08:15
Two p.m. -> 14:00
Eleven a.m. -> 11:00
Noon. -> 12:00
Nine oh five. -> 09:05
Twenty past two. -> 14:20
Four forty five. -> 16:45
Five thirty in the evening. -> 17:30
Around ten. -> 10:00
Ten to four. -> 15:50
One o'clock, please. -> 13:00
Eleven twenty. -> 11:20
Half past two. -> 14:30
Three fifty. -> 15:50
"""
NUMBERS = """
seven -> 7
twenty two -> 22
one hundred and five -> 105
thirty -> 30
forty eight -> 48
twelve -> 12
two hundred and fifty -> 250
ninety nine -> 99
sixteen -> 16
sixty -> 60
one thousand two hundred -> 1200
fifty five -> 55
eleven -> 11
three hundred -> 300
I think about thirty five. -> 35
five -> 5
eighty -> 80
eighteen -> 18
seventy four -> 74
It's nine. -> 9
"""
NAMES_SAID = """
Doctor Patel. -> 1
Doctor Fernandez, please. -> 2
Doctor O'Brien. -> 3
Doctor Kowalski. -> 4
Doctor Nguyen. -> 5
Doctor Schneider. -> 6
Patel, please. -> 1
I would like to see Doctor Fernandez. -> 2
O'Brien. -> 3
I think it was Doctor Kowalski. -> 4
Nguyen. -> 5
With Doctor Schneider, please. -> 6
I'd like Doctor Patel. -> 1
Fernandez. -> 2
It's Doctor O'Brien. -> 3
Kowalski, please. -> 4
Doctor Nguyen, please. -> 5
Schneider. -> 6
My doctor is Doctor Patel. -> 1
The last one. -> 6
"""
OFFERS_SAID = """
The first one, please. -> 1
The second one. -> 2
The last one. -> 3
Friday. -> 1
Monday works for me. -> 2
On Wednesday, please. -> 3
Friday, March fifth, at nine. -> 1
Monday at two fifteen. -> 2
March tenth at eleven thirty. -> 3
I'll take Friday. -> 1
The Monday one. -> 2
Wednesday, please. -> 3
Nine o'clock. -> 1
The eighth of March. -> 2
Number three. -> 3
The fifth. -> 1
Two fifteen. -> 2
Neither of those. -> none
None of them. -> none
Another day, please. -> none
"""
PHRASES = """
I will be there. -> keep
That works. -> keep
Yes. -> keep
Yes, I will be there. -> keep
Keep the appointment, please. -> keep
Yes, that works for me. -> keep
I'll be there. -> keep
Another day, please. -> move
I can't make it. -> move
No. -> move
No, another day. -> move
Can I move it to another day? -> move
Sorry, I can't make it. -> move
I would need another day. -> move
Call me back. -> callback
Please call me back. -> callback
Let me talk to someone. -> callback
Can you call me back? -> callback
I want to talk to someone. -> callback
Could you call me back, please? -> callback
"""
FREE = """
I would like to reschedule because my car broke down.
My daughter will bring me to the clinic.
Please tell the doctor that I have a fever.
The package should go to the neighbor next door.
I need a table near the window for my parents.
Could you send me the address again?
My knee hurts when I walk up the stairs.
The door code is on the sticker beside the bell.
I am allergic to nuts and milk.
We will arrive a little later because of the traffic.
The heating in my apartment stopped working last night.
I paid the bill by bank transfer last month.
Please leave the books with the lady at the front desk.
My son lost his insurance card at school.
The water in the kitchen is leaking again.
I'd rather talk to somebody about the contract.
The dog must not be in the garden when you come.
It was a pleasure to stay at your hotel.
I forgot my glasses in the waiting room.
Please bring two chairs and a long table.
"""
BARE = """
I did.
I didn't.
Yes I did.
No I didn't.
It does.
It doesn't.
It is.
It isn't.
I was.
I wasn't.
I would.
I wouldn't.
I could.
I couldn't.
I should.
I shouldn't.
It has.
It hasn't.
I have.
I haven't.
I do.
I don't.
I can.
I can't.
I will.
I won't.
They are.
They aren't.
"""
