"""How people ask, in words: data only, all in lower case, a language a line where it can be."""

from __future__ import annotations

from inbox_bot.letters.wordlists import keyed, phrases, words

# --- a question by its first words -----------------------------------------------------------

# Small words before the question itself: "Ok, and also how long …".
LEADING = words("""
and so but also ok okay well hi hello hey dear then or just quick quickly first second third
firstly secondly thirdly finally lastly next now please btw anyway actually oh sorry hmm um again
one more another question und aber auch dann hallo noch nun et mais aussi alors y pero también e
ma anche poi en maar ook
""")
AUXILIARIES = words("""
is are was were do does did can could would will should shall may might must has have had am
isn't aren't doesn't don't didn't can't couldn't wouldn't won't shouldn't hasn't haven't isnt
doesnt dont cant
""")
SUBJECTS = words("""
i you he she it we they there this that these those the my your his her its our their any anyone
anybody someone somebody people u ya massage massages one
""")
# "Do you", but not "do the exercises"; "have you", but not "have the best of days".
ONLY_BEFORE_PEOPLE = words("do don't dont have haven't had may might must shall")
PEOPLE = words("i you u we they people anyone anybody any my massage massages")
PERSONS = words("i you u we they one")
# "Can a masseur", but not "is a good article".
BEFORE_ARTICLES = words("can could would will should does did wouldn't couldn't")
PLAIN_AUXILIARIES = words("is are does did can could should isn't doesn't isnt doesnt")
NOT_AFTER_AUXILIARY = words("not be been to so also a an too very really great good all")
NOT_AFTER_ANY = words("way time day case one more longer of")
# "Which one is best", but not "Which is why I write" or "Which helped".
NOT_AFTER_WHICH = words("""
is are was were has had have i we he she it they you made makes means meant helped helps hurts did
""")
# What may follow such a word where no mark says that it is a question; "*": any auxiliary.
AFTER_WH = {
    first: words(" ".join(seconds)) | (AUXILIARIES if "*" in seconds else words(""))
    for first, seconds in keyed("""
how: do | does | did | can | could | would | should | will | is | are | was | am | to | long | much
how: many | often | soon | far | about | come | big | bad | safe | effective | expensive | painful
how: deep | hard | quickly | fast | well | likely | exactly | old | i
what: is | are | was | were | do | does | did | should | can | could | would | will | about | kind
what: kinds | type | types | sort | if | else | exactly | time | happens | causes | caused | helps
what: other | massage | massages | exercise | exercises | stretches
why: * | not
when: *
where: * | to
who: is | can | should | do | does | would | could | to | are | will
whom: should | can | do | would
whose: is
wie: lange | oft | viel | viele | kann | können | ist | sind | hilft | geht | finde | finden | teuer
wie: soll
was: ist | sind | kann | kostet | kosten | hilft | soll | sollte | halten | tun | mache | bedeutet
welche: massage | art | arten | übungen | methode | behandlung
warum: ist | sind | hilft | kann | soll | haben | tut
wo: kann | finde | gibt | ist | bekomme
comment: puis | faire | peut | trouver | savoir | est | dois
combien: de | coûte | ça
pourquoi: est | les | le | la | ne
quel: est | type | massage | prix
quelle: est | sorte
cuánto: cuesta | dura | tiempo | vale
cómo: puedo | se | es | funciona | encuentro
qué: es | tipo | puedo | masaje | ejercicios
quanto: costa | dura | tempo | custa
come: posso | faccio | si | funziona
hoe: lang | vaak | veel | kan | werkt | vind
""").items()
}
OPENERS = phrases("""
any way to | anyone know | anybody know
anyone tried | ever tried | ever heard | need help
need advice | is massage | is a massage | what's | whats
how's | hows | where's | est-ce que | est ce que | y a-t-il | gibt es | hilft  | kann ich
können sie | kannst du | haben sie ein | peut-on | puis-je | pouvez-vous | pourriez-vous
avez-vous | puedo  | podría  | hay algún | posso  | potrebbe  | c'è un | kan ik | kunt u
""")
EXCLAIMING = frozenset({"i", "well"})
"""Behind "how" they make an exclamation, if no verb is turned round behind them."""
FIRST = AUXILIARIES | AFTER_WH.keys() | {"which", "any"} | {opener.split()[0] for opener in OPENERS}
MAY_OPEN = FIRST | LEADING

# --- a question by a phrase anywhere in the sentence -----------------------------------------

# The phrases by the one word without which none of them stands there.
ASKING = keyed("""
wondering: wondering if | wondering whether | wondering about | wondering how | wondering what
wondering: wondering which | wondering when | wondering where | wondering why | wondering who
wondering: was wondering | am wondering | been wondering | just wondering | i'm wondering
wonder: wonder if | wonder whether | wonder how | wonder what | wonder why | wonder which
wonder: wonder about | wonder when | wonder where
wondered: wondered if | wondered whether | wondered how | wondered what | wondered about
idea: any idea | have no idea | no idea how | no idea what | no idea if | no idea whether
advice: any advice | your advice | some advice | need advice | looking for advice
advice: appreciate advice
tips: any tips | some tips
suggestions: any suggestions | your suggestions
suggestion: any suggestion
recommendation: any recommendation | your recommendation | a recommendation
recommendations: any recommendations | your recommendations | some recommendations
recommend: please recommend | could recommend | can recommend a | would recommend for
recommend: you recommend
recommend: you'd recommend
thoughts: your thoughts | any thoughts
opinion: your opinion
tell: please tell | tell me if | tell me whether | tell me how | tell me what | tell me which
tell: tell me where | tell me when | tell me why | tell me who | tell me more | tell me about
tell: can tell me | could tell me | tell us | pls tell
know: like to know | love to know | want to know | need to know | wanted to know | wish to know
know: wants to know | let me know if | let me know whether | let me know how | let me know what
know: let me know which | let me know where | let me know when | let me know why | let me know about
know: let me know the | let me know your | don't know if | don't know whether | don't know how
know: don't know what | don't know which | dont know if | dont know how | dont know what
know: do not know if | do not know whether | do not know how | do not know what | do you know
know: if you know | curious to know
sure: not sure if | not sure whether | not sure how | not sure what | not sure which | unsure if
sure: not sure about | not sure where
unsure: unsure if | unsure whether | unsure how | unsure what | unsure about
curious: curious if | curious whether | curious how | curious what | curious about | curious to
curious: curious as to | curious why
confused: confused about | confused by | confused as to | confused how | confused if
understand: don't understand | dont understand | do not understand | didn't understand
understand: help me understand
understand: couldn't understand | trying to understand
question: my question | a question about | question about | question regarding | question on
question: question:
question: have a question | one question | quick question | question is
questions: questions about | questions regarding | my questions | questions: | some questions
questions: few questions | questions on
ask: to ask | may i ask | can i ask | could i ask | i ask if | i ask whether | i'd ask
asking: asking if | asking whether | asking about | asking how | asking what | asking for advice
explain: please explain | can explain | could explain | you explain | explain how | explain why
explain: explain what | explain the difference
clarify: please clarify | could clarify | you clarify | clarify how | clarify what | clarify whether
advise: please advise | pls advise | kindly advise | you advise | advise me | advise on
suggest: please suggest | kindly suggest | you suggest
help: please help | need help | need some help | help me with | help me find | help me decide
help: help me choose | your help | can help me | could help me | hoping you can help | some help
details: more details | details about | details on | send me the details
information: more information | information about | information on | further information
info: more info | info about | info on
interested: interested to know | interested in knowing | interested to hear | interested in learning
interested: interested in hearing | interested to learn
looking: looking for a | looking for an | looking for some | looking for information
looking: looking to find
share: please share | could share | you share | you could share
send: please send | could you send | can you send | kindly send
hear: love to hear what | like to hear your | love to hear your | like to hear what
learn: like to learn | love to learn | want to learn more
you: can you  | could you  | would you  | do you have | have you ever | have you tried
you: hoping you could | hoping you can | if you could | if you can | wonder if you | would you mind
whether: see whether | decide whether | out whether | is whether
figure: figure out how | figure out what | figure out which | figure out whether | figure out if
figure: figure out why
afraid: afraid it might
there: is there a | is there any | are there any | are there | is there some
and: and is it | and does it | and can i | and should i | and do you | and is there
and: and what should i | and how do i
but: but how | but what is | but what if | but what about | but which | but is it | but is there
but: but is that | but does it | but can i | but can it | but should i | but do you | but do i
so: so how | so what should | so what do | so which | so is it | so is there | so does it
so: so can i | so should i | so do you
or: or should i | yes or no
how: - how
what: , what about | - what
which: , which one | , which type | , which kind | - which
is: - is it | - is there
does: - does
can: - can i
should: - should i
whats: whats better | whats best | whats the best | whats the difference
frage: ich frage mich | eine frage | meine frage | frage mich | frage: | frage ist
fragen: wollte fragen | möchte fragen | wollte sie fragen | möchte sie fragen | wollte mal fragen
fragen: fragen, ob | dich fragen
wissen: würde gern wissen | würde gerne wissen | gerne wissen | gern wissen | möchte wissen
wissen: wollte wissen | mich wissen | möchte ich wissen
weiß: weiß nicht, ob | weiß nicht ob | weiß nicht, wie | weiß nicht, was | weiß nicht, welche
sagen: können sie mir sagen | könnten sie mir sagen | kannst du mir sagen | sagen sie mir
sagen: mir sagen, ob | mir sagen, wie
demande: me demande | je vous demande
sais: ne sais pas si | ne sais pas comment | ne sais pas quel
idée: avez-vous une idée | une idée de
savoir: aimerais savoir | voudrais savoir | souhaite savoir | souhaiterais savoir | de savoir si
demander: voulais demander | vous demander | voudrais demander
dire: pouvez-vous me dire | pourriez-vous me dire
pregunto: me pregunto
sé: no sé si | no sé cómo | no sé qué | no sé cuánto
decirme: podría decirme | puede decirme | puedes decirme
saber: quisiera saber | gustaría saber | quiero saber | gostaria de saber | queria saber
saber: quería saber
saber: gostava de saber
preguntar: quería preguntar | quisiera preguntar | preguntarle | preguntar si
chiedo: mi chiedo
non: non so se | non so come | non so quale
dirmi: può dirmi | potrebbe dirmi | puoi dirmi
chiedere: volevo chiedere | vorrei chiedere
sapere: vorrei sapere | volevo sapere | piacerebbe sapere
pergunto: me pergunto
sei: não sei se | não sei como | não sei qual
dizer: pode me dizer | poderia me dizer | pode dizer-me
perguntar: queria perguntar | gostaria de perguntar
weet: weet niet of | weet niet hoe | weet niet welke | weet u of | weet je of
vertellen: kunt u mij vertellen | kun je me vertellen | mij vertellen of
weten: graag weten | willen weten | wil weten
vraag: vraag me af | een vraag | mijn vraag
undrar: jag undrar
lurer: jeg lurer
""")
# They look like asking and are speech.
NOT_ASKING = phrases("""
let me know if you have | let me know if you need | let me know if there is anything i
let me know if there's anything i | let me know if i can | let me know if you want me
let me know if you would like me | let me know if you'd like me | if you have any questions
no need to | thank you for your help | thanks for your help | thank you for your advice
thanks for your advice | thanks for the advice | thank you for the advice
thanks for all your help | thank you for all your help | thank you so much for your help
thanks so much for your help | thanks for the tips | thanks again for your | appreciate your help
thanks for letting me know | glad you | hope you | hope this helps | i can tell you
thank you for sharing | thanks for sharing | danke für | vielen dank für | merci pour
gracias por | grazie per
""")
