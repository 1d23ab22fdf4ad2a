"""The words by which machines and pitches are known: data only, all in lower case.

Every entry is compared as plain text, never as a pattern, so a hostile letter cannot make it slow.
"""

from __future__ import annotations

from inbox_bot.wordlists import phrases, words

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
