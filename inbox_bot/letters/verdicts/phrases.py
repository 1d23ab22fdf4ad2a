"""The words by which machines, reactions and thanks are known: data only, all in lower case.

Every entry is compared as plain text, never as a pattern, so a hostile letter cannot make it slow.
"""

from __future__ import annotations

from inbox_bot.letters.wordlists import phrases, words

# --- who sends -------------------------------------------------------------------------------

# Local parts with "-", "_" and "." taken out.
DELIVERY_SENDERS = words("""
mailerdaemon maildaemon mailerdeamon maildeliverysystem maildeliverysubsystem
""")
# Administrators are machines only where the text says so, too.
OFFICE_SENDERS = words("""
postmaster poostmaster postmasters sysadmin mailadmin mailsystem mailgateway mailmaster
systemadministrator internetmaildelivery emailgateway bounce bounces
""")
DELIVERY_NAMES = phrases("""
mailer-daemon | mailer daemon | mail deliver | mail system | mail administrator
system administrator | ndr administrator | postmaster | delivery subsystem | delivery status
internet mail delivery
""")
SILENT_SENDERS = phrases("""
noreply | donotreply | dontreply | nichtantworten | keineantwort | nepasrepondre | noresponder
naoresponda | naoresponder | nonrispondere | nietbeantwoorden | ejsvara | svarej | svarikke
""")
# They tell of bounces in JSON (Amazon SES).
NOTIFYING_DOMAINS = ("amazonaws.com", "amazonses.com")
LIST_ROBOTS = words("majordomo listserv mailman listproc sympa ecartis ezmlm")

# --- a machine's subject ---------------------------------------------------------------------

# Those of absence, invitations, receipts and recalls stand in reading/subjects.tsv.
# In the text of such a reply; people write these, too, so they count only beside another sign.
ABSENT_TEXT = phrases("""
out of the office | out of office | away from the office | away from my desk | away until
on vacation | on annual leave | on holiday | on leave | maternity leave | limited access to email
limited access to my email | no access to email | traveling for work | upon my return
when i return | returning to the office | this is an automat | automatically generated
nicht im büro | nicht im hause | bis zum | abwesend | im urlaub | automatisch generiert
absent du bureau | en congé | en vacances | mon retour | fuera de la oficina | de vacaciones
mi regreso | fuori ufficio | in ferie | mio rientro | niet aanwezig | afwezig | met vakantie
de férias | fora do escritório | på semester | på ferie | lomalla | na urlopie | в отпуске
""")

# --- bounces ---------------------------------------------------------------------------------

BOUNCE_SUBJECTS = phrases("""
not member | loop alert | loop back warning | reject mail
undeliver | delivery status notification | delivery status | delivery failure | delivery failed
delivery has failed | delivery has been delayed | delivery notification | delivery report
delivery problem | delivery error | delivery delayed | delivery incomplete
delivery unsuccessful | failed delivery | failure delivery | failure notice
failure notification | mail failure | mail failed | mail error | mail system error
mail could not be | message could not be delivered | message you sent blocked | not be delivered
not delivered | non-delivery | nondelivery | non delivery | returned mail | returned to sender
returning message | returned message | returned email | return to sender | could not send message
cannot send message | unable to deliver | error sending your | errors from | delayed mail
delayed 24 hours | message delayed | mail delivery | message status | message delivery
rejected mail | mail rejected | message rejected | blocked | postmaster notify
considered unsolicited | user unknown | bounce | unzustellbar | nicht zugestellt | zustellung
nicht zustellbar | non remis | échec de la remise | échec de remise | non distribu
no se puede entregar | no se ha podido entregar | no entregado | error de entrega
fallo en la entrega | non recapitabile | mancato recapito | mancata consegna | onbestelbaar
niet bezorgd | não entregue | falha na entrega | não pode ser entregue | går inte att leverera
ej levererat | kan ikke leveres | ikke leveret | ei voi toimittaa | nie można dostarczyć
niedostarczona | nie dostarczono | nedoručitelné | nedoručiteľné | kézbesíthetetlen | nelivrabil
teslim edilemedi | недоставлен | не доставлен | не удается доставить | недоставлено | 配信できません
配信不能 | 配信エラー | メールエラー | 送信できません | 退信 | 无法投递 | 無法傳遞 | 未送达
배달되지 | 배달할 수 없음
""")
# What a mail server says of a letter that it could not deliver.
BOUNCE_TEXT = phrases("""
you are not a member | duplicated message-id
could not be delivered | couldn't be delivered | couldn’t be delivered | was not delivered
wasn't delivered | wasn’t delivered | has not been delivered | not be delivered
cannot be delivered | could not deliver | couldn't deliver | unable to deliver | delivery failed
delivery has failed | delivery to the following | delivery problem | fatal error
failed permanently | failed to deliver | undeliver | nondeliver | did not reach the following
message not delivered | returned to you | returning message | returned to sender | user unknown
unknown user | no such user | invalid user | unknown recipient | recipient address rejected
recipient rejected | user not found | does not exist | doesn't exist | mailbox full
mailbox is full | over quota | quota exceeded | mailbox unavailable | permanent error | giving up
transcript of session | error message below | final-recipient | diagnostic
this is the mail system | mail delivery | your message was blocked | message was rejected
has been rejected | unrouteable | relay access denied | relaying denied | host unknown
connection timed out | message has been delayed | delivery attempts will continue | <<< 5
nicht zugestellt | nicht zustellbar | unzustellbar | n'a pas pu être
n'a pas été remis | no se pudo entregar | no se ha podido entregar | non è stato possibile
impossibile recapitare | niet worden bezorgd | não pôde ser entregue | не доставлено
не было доставлено | не удалось доставить | 送信できません | 配信できません | 配信不能
届けられません | 无法投递 | 退信
""")
# "Expanded" is a success only for a list; some write it of a failure, too.
SUCCESSFUL_ACTIONS = words("delivered relayed deliverable")
DELIVERED_SUBJECTS = phrases("""
successful mail delivery | delivery status notification (success)
delivery status notification (relay) | delivered: | relayed: | zugestellt: | übermittelt:
remis : | remis: | entregado: | consegnato:
""")
COMPLAINT_SUBJECTS = ("complaint about message from", "email feedback report", "abuse report")

# --- thanks, in many languages ----------------------------------------------------------------

# A sentence with one of these is thanks or praise, as long as it says nothing else of weight.
THANKS = words("""
danken dankbar dankeschön
thank thanks thankyou thx tnx ty cheers appreciate appreciated grateful gratitude helped helpful
kudos danke dank vielen herzlichen merci remercie gracias agradezco grazie ringrazio obrigado
obrigada bedankt dankjewel tack takk tak kiitos dziękuję dzięki děkuji köszönöm mulțumesc
teşekkürler teşekkür спасибо дякую ευχαριστώ תודה شكرا ありがとう 谢谢 謝謝 감사합니다
sağolun tesekkurler благодаря благодарю благодарим благодарам хвала hvala ďakujem dakujem dekuji
dziekuje ευχαριστούμε ευχαριστω ačiū aciu dėkoju dėkui paldies pateicos aitäh tänan tänud tänu
kiitoksia takkar þakkir þökk köszi multumesc mersi дзякуй рахмет rahmat cảm cám kasih makasih
salamat asante dankie diolch eskerrik mila gràcies graciès grazas faleminderit მადლობა გმადლობთ
շնորհակալություն شكراً شكرًا متشکرم ممنون ممنونم مرسی سپاس شکریہ धन्यवाद शुक्रिया आभार ধন্যবাদ நன்றி
ధన్యవాదాలు ಧನ್ಯವಾದ ಧನ್ಯವಾದಗಳು നന്ദി ਧੰਨਵਾਦ આભાર ස්තූතියි ขอบคุณ ขอบคุณครับ ขอบคุณค่ะ
ขอบคุณมาก ขอบคุณมากครับ ขอบคุณมากค่ะ ຂອບໃຈ អរគុណ ありがとうございます ありがとうございました
有難うございます 感謝します 感谢 感謝 多谢 多謝 非常感谢 非常感謝
谢谢您 謝謝您 谢谢你 謝謝你 terima 감사 고맙습니다 감사드립니다 고마워요 баярлалаа
""")
PLEASANT = words("""
great wonderful awesome perfect brilliant excellent lovely amazing ok okay understood noted got
received hi hello hey dear hallo hola ciao salut bonjour liebe lieber guten best kind warm
regards wishes sincerely yours love greetings cordially blessings bless take care grüße gruß lg
mfg saludos saluti cordialement bye yay yes wow sent clear interesting useful good nice beautiful
sense will keep enjoy
xx xo xoxo pozdrawiam pozdrowienia serdecznie serdeczne hälsningar hälsning vänliga vänlig hilsen
venlig vennlig vennlige abraço abraços abrazo atenciosamente cumprimentos pozdravem pozdravom
pozdrav lep lijep srdačan terveisin ystävällisin üdvözlettel saygılarımla уважением повагою
stimă groet groetjes groeten vriendelijke hartelijke
""")
# Such a sentence wants the author's eyes, however politely it begins.
WEIGHTY = words("""
but however though would could should if need want wish although still yet unfortunately except
not didn't doesn't don't isn't wasn't
can't couldn't never no worse wrong error mistake broken numb numbness weak weakness pain painful
hurts hurt barely bad worst agony twice emergency hospital surgery doctor cancer pregnant died
death suicide bleeding fever
angry refund question questions ask wonder wondering please send aber leider jedoch nicht kein
mais pas pero ma non ale lecz nadal boli men ont mutta kipeä но однако болит але болить αλλά πονάω
πονάει mas porém dói duele dolor dar însă doare ama fakat ağrı ağrıyor hâlâ maar pijn schmerz
schmerzen weh douleur dolore tetapi tapi sakit nhưng đau لكن ألم אבל כואב fáj fájdalom bolest
""")
# What else stands in such sentences; at most two other words, such as names.
ORDINARY = words("""
i you me my your we us our it this that the a an so very much for to of and again all too in with
from
as is was are be been have has had did do will really truly just also more most made makes life day
week weekend year evening morning quick fast reply answer answering email mail letter message note
article post blog piece page writing work help advice tips information info insight words read
reading find found try trying let know letting sharing share taking time soon now here both many lot
lots bunch million it's i'll i'm i've that's you're your's sie für ihre ihren ihr dein deine die das
der und sehr schnelle antwort hilfe mir uns pour votre réponse aide beaucoup por su respuesta ayuda
muchas per la risposta mille voor je uw beaucoup bien très
den dem des ein eine einen tollen toller tolle hat habe haben mich geholfen super klasse prima
artikel beitrag hilfreich es ist war auch nur wollte ganz tipps seite weiter so herr herrn frau
viel mit cet cette ce m'a aidé les conseils j'ai adoré article articles artículo artículos tu este
ha ayudado ayudó me mucho muy útil los las consejos el il tuo suo articolo questo aiutato molto
utile consigli het een heel erg dit heeft geholpen goed mooi mooie
wanted say tried massage massages feel feeling felt better keep keeping up using since using works
worked wonders followed suggestions like loved absolutely finally
bardzo za odpowiedź pomoc panu pani artykuł szybką så mycket hjälpen hjälp svaret svar ditt din
stort tusen tusind mange meget mye for hjelpen hjælpen hjælp hjelp paljon avusta vastauksesta nagyon
segítséget választ szépen muito muita pela pelo resposta ajuda sua seu mnohokrát moc odpověď veľmi
pekne odpoveď foarte mult pentru răspuns ajutor frumos çok ederim cevabınız yanıtınız yardımınız
için большое огромное за ответ помощь вам с очень ваш ваше советы статью дуже щиро відповідь
допомогу πολύ σας για την απάντηση βοήθεια άρθρο много отговора помощта puno lijepo vam na odgovoru
pomoći lepa najlepša odgovor pomoč labai už atsakymą pagalbą liels par atbildi palīdzību suur
vastuse abi eest hartelijk veel antwoord hulp banyak atas jawaban jawapan bantuan balasannya ơn bạn
rất nhiều vì đã trả lời جزيلا جزيلاً لك على ردك مساعدتك רבה על התשובה העזרה מאוד לך
정말 대단히 진심으로 답변 답장 회신 도움 주셔서 답변해 도와주셔서 드립니다 합니다
您的 您 你的 你 的 回复 回覆 答复 答覆 来信 帮助 幫助 建议 建議 文章 非常 很 了 ご返信 返信 ご回答
回答 お返事 返事 ご連絡 連絡 アドバイス 記事 本当に どうも とても 大変 ご丁寧に 丁寧な 早速の 誠に
いただき 頂き くださり 下さり を に の は 拝読しました よろしくお願いします よろしくお願いいたします
""")
# An empty letter is no more than these.
GREETINGS = words("""
hello hi hey hallo hola ciao salut bonjour dear good morning afternoon evening day there test
testing guten tag moin servus subject no none
""")
# Behind the sender's name, in letters of programs that tell of a reaction in words alone.
REACTED_TO_YOURS = tuple(
    phrases("""
reacted to your message | reacted to your email | liked your message | loved your message
laughed at your message | emphasized your message | hat auf ihre nachricht reagiert
hat auf deine nachricht reagiert | a réagi à votre message | a réagi à ton message
a aimé votre message | reaccionó a su mensaje | reaccionó a tu mensaje
ha reaccionado a tu mensaje | ha reagito al tuo messaggio | ha reagito al messaggio
heeft gereageerd op uw bericht | heeft op je bericht gereageerd | reagiu à sua mensagem
zareagował na twoją wiadomość | zareagowała na twoją wiadomość | reagerade på ditt meddelande
reagerede på din meddelelse | reagerte på meldingen din | reagoi viestiisi
отреагировал на ваше сообщение | отреагировала на ваше сообщение
iletinize tepki verdi | さんがあなたのメッセージにリアクションしました | 对你的邮件做出了反应
""")
)
