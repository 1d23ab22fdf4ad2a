"""What people say without asking, and the small words that lean on others: data only."""

from __future__ import annotations

from inbox_bot.letters.wordlists import phrases, words

# --- no question after all -------------------------------------------------------------------

# Compared without marks: letters and single spaces only.
POLITE = frozenset(
    phrases(
        """
how are you | how are you doing | how are you today | how are you doing today | how are you all
how are you both | how are things | how are things going | how have you been | how do you do
how is it going | how's it going | hows it going | how is everything | how's everything
how's life | how is life | how was your weekend | how was your day | how's your day | how goes it
how r u | how are u | what's up | whats up | what's new | you ok | all good | all well
are you well | right | ok | okay | yes | no | really | huh | eh | you know | you see
know what i mean | see what i mean | know what | you know what | guess what | who knows
who knew | why not | so what | what else is new | can you believe it | can you believe that
how cool is that | how great is that | isn't that great | isn't it great | isn't that wonderful
isn't life wonderful | what can i say | what more can i say | what could be better
who would have thought | who doesn't | sound familiar | sounds good | deal | remember me
do you remember me | any questions | questions | wie geht es ihnen | wie geht's | wie gehts
wie geht es dir | wie geht es euch | comment allez-vous | comment allez vous | comment ça va
ça va | comment vas-tu | cómo está | cómo estás | como está | como estas | qué tal | que tal
come stai | come sta | come va | tudo bem | como vai | hoe gaat het | hoe gaat het met u
hur mår du | как дела | как вы
"""
    )
)
# Such a beginning makes a short sentence polite, whatever follows: a name, "in these days".
POLITE_STARTS = phrases("""
hope you are | hope you're | hope your | i hope you are | i hope you're | hope this finds
hope this email finds | i hope this finds | i hope this email finds | hope all is
i hope all is | hope everything is | i trust you are | how are you doing | how have you been
who doesn't love | who does not love | who wouldn't | who would not
ich hoffe es geht | ich hoffe ihnen geht | j'espère que vous allez | j'espère que tout va
espero que esté | espero que estés | espero que se encuentre | spero che stia | spero che tu stia
""")
# They announce a question; they are the question only where nothing else is asked.
ANNOUNCING = phrases("""
let me know what you think | not sure if this is the right place | two things | three things
not sure if this is the right address | a few things | a couple of things | can i ask
can i ask a question | may i ask | may i ask a question | could i ask | can you help
could you help | can anyone help | please help | i have a question | i have one question
i have a quick question | quick question | i have some questions | i have a few questions
i have 2 questions | i have 3 questions | i have 4 questions | i have two questions
i have three questions | i have a couple of questions | i had a question | i had a few questions
a few questions | a couple of questions | just a question | one question | two questions
three questions | my questions | my question | here are my questions | would you mind answering
could you answer | can you answer | i wanted to ask | i would like to ask | i'd like to ask
questions | question | i have questions | some questions | ich habe eine frage
ich habe einige fragen | ich habe ein paar fragen | ich hätte eine frage | darf ich sie etwas
fragen | meine fragen | j'ai une question | tengo una pregunta | ho una domanda | ik heb een vraag
""")
# What may follow an announcement without making it a question of its own.
AFTER_ANNOUNCING = words("""
me us you please pls u something some things a few quick this that here them it with out to ask for
is are too though if may i two three first questions question fragen mich bitte
""")
# A line that ends in a colon after one of these is followed by a list of questions.
LIST_OF_QUESTIONS = words("""
question questions ask know wondering wonder answer fragen frage wissen preguntas domande vragen
savoir
""")

# --- what a line alone is --------------------------------------------------------------------

THANKFUL = words("""
thanks thank thankyou thx tnx ty cheers danke merci gracias grazie obrigado obrigada bedankt tack
tak takk kiitos спасибо appreciated appreciate
""")
GREETING = words("""
hi hello hey hiya yo greetings dear good morning afternoon evening day bye goodbye regards best
kind warm wishes sincerely yours cheers there sir madam all hallo hola bonjour salut ciao liebe
lieber guten tag moin servus mfg lg viele grüße love take care ok okay yes no yep nope sure great
cool nice fine perfect done awesome wonderful lovely excellent hmm lol haha wow thanks thank you
so very much again a lot and for that this the your help helped everything welcome understood got
it noted will do i see ya have to too team
""")
THANKING = phrases(
    "thank | thanks | thx | tnx | cheers | many thanks | danke | merci | gracias | grazie"
)
# A line that begins so tells something; unless it also needs something (NEED).
TELLING = phrases("""
i love  | i loved  | i like  | i liked  | i enjoyed  | i really enjoyed  | i really liked
i really loved  | i read  | i just read  | i have read  | i've read  | i just finished
i found your  | i found the  | i shared  | i forwarded  | i printed  | i agree | i disagree
i live in  | i am a  | i'm a  | i am an  | i'm an  | i work  | my name is  | i am from
i'm from  | i will try  | i'll try  | i will let you know | i'll let you know | i will keep
i'll keep  | i hope  | hope  | i wish you  | i already  | i was just  | i feel better
i'm feeling better | i am feeling better | i tried  | i bought  | i went  | i got your
i received your  | i saw your  | i subscribed | i signed up | i understand | i appreciate
great article | great post | great piece | great read | great job | good article | good post
nice article | nice post | nice blog | excellent article | wonderful article
interesting article | interesting read | lovely article | what a great  | what a wonderful
what a lovely  | what a nice  | what an  | keep up  | well done | well said | congratulations
happy birthday | happy new year | merry christmas | have a  | enjoy your  | see you | talk soon
your article was  | your article is  | your article helped | your article really  | your blog is
your post was  | your post is  | your advice  | your tips  | the article was  | the article is
this was  | this helped | this is great | this is a great | that was  | that helped
that really helped | it was  | it worked | it helped | it really helped | the weather
today is  | today was  | yesterday i  | yesterday we  | last week i  | we went  | we had
we enjoyed  | we loved  | we read  | my wife loved  | my husband loved  | my wife and i enjoyed
no problem | no worries | sounds good | sounds great | got it | will do | never mind | nevermind
toller artikel | schöner artikel | ich habe ihren artikel gelesen
ich habe deinen artikel gelesen | super article | très bon article | excelente artículo
""")
# With one of these a sentence begins that tells, and names no topic.
TELLERS = words("""
i i'm i've i'll im my mine me we we're our you you're your it it's this that these those the
there he
she his her they their if when since because after before yesterday today tomorrow last from on at
see sent call ich mein meine wir es das der die je mon ma nous c'est mi yo el la il lo
""")
NEED = words("""
want need looking help how what which where when why who whether if can't cannot cant unable
issue issues problem problems question questions please order refund cancel price cost delivery
wrong broken still but not never yet urgent wondering can could should would may
""")

# --- what stands for something else ----------------------------------------------------------

SALUTATIONS = words("hi hello hey dear hallo hola bonjour ciao salut liebe lieber guten good")
PRONOUNS = words("it this that they these those he she es das dies ça cela eso esto questo dat dit")
POINTING = words("""
it this that they them these those its one ones he she him her his their same such both either
neither there it's that's they're es das dies diese dieser sie er ihn ihm dem davon dafür damit
dagegen ça cela il elle ils elles lo la esto eso esta ella él questo quello ciò lui lei isto isso
ele ela het dat deze dit ze
""")
FUNCTION = (
    words("""
two three four a an the and or but so if then than as at by for from in into of on off out over
to under up with
about after before during between through i me my mine we us our you your yours is am are was
were be been being do does did done doing have has had having can could will would shall should
may might must not no yes how what when where which who whom whose why whether any some more most
much many few also just only very too really please know tell ask wonder wondering think like get
got go going make use there here now ever still even again idea long often good bad best better
okay ok hi hello and/or other else something anything anyone thing things let way kind sort
question questions regarding  i'm i've i'd you'd you've  don't doesn't isn't can't
der die den des ein eine einen und oder aber wenn als mit von zu zum zur für auf im ist sind war
hat haben wird wie wo wann warum welche ich mir mich wir man auch nur noch sehr le les un une et
ou de du pour dans est sont que qui je vous nous el los las unos y o por para en es son qué cómo
yo mi di e il gli che per con sono het een van voor met zijn hoe wat
""")
    | POINTING
)
ABBREVIATIONS = words("""
dr mr mrs ms prof st vs e.g i.e eg ie approx pp jr sr a.m p.m z.b d.h bzw ca usw u.a hr fr
str tel sra sig m mme mlle dhr mevr bijv
""")
