"""Domains at which everybody may have an address: a rule for one would silence strangers."""

from __future__ import annotations

from inbox_bot.letters.wordlists import words

_SHARED = words("""
gmail.com googlemail.com outlook.com outlook.de outlook.fr outlook.es outlook.it outlook.jp
hotmail.com hotmail.de hotmail.fr hotmail.it hotmail.es hotmail.co.uk hotmail.ca hotmail.be
hotmail.nl live.com live.de live.fr live.it live.nl live.ca live.co.uk live.com.au live.se msn.com
passport.com windowslive.com icloud.com me.com mac.com yahoo.com yahoo.co.uk yahoo.de yahoo.fr
yahoo.it yahoo.es yahoo.ca yahoo.co.in yahoo.in yahoo.com.br yahoo.com.au yahoo.com.mx yahoo.com.ar
yahoo.com.tw yahoo.com.hk yahoo.co.id yahoo.co.jp ymail.com rocketmail.com myyahoo.com aol.com
aol.de aim.com aol.co.uk verizon.net att.net sbcglobal.net bellsouth.net comcast.net xfinity.com
cox.net charter.net spectrum.net roadrunner.com earthlink.net juno.com netzero.net optonline.net
frontier.com centurylink.net windstream.net pacbell.net gmx.net gmx.de gmx.at gmx.ch gmx.com gmx.us
gmx.co.uk gmx.fr gmx.eu gmx.info mail.com email.com usa.com web.de freenet.de t-online.de arcor.de
vodafone.de vodafonemail.de online.de 1und1.de magenta.de kabelmail.de posteo.de posteo.net
posteo.org posteo.eu posteo.at posteo.ch mailbox.org fastmail.com fastmail.fm fastmail.org
fastmail.net messagingengine.com hey.com pm.me proton.me protonmail.com protonmail.ch tuta.com
tuta.io tutanota.com tutanota.de tutamail.com keemail.me duck.com hushmail.com mailfence.com
disroot.org riseup.net startmail.com runbox.com zoho.com zohomail.com zohomail.eu bluewin.ch
sunrise.ch hispeed.ch swissonline.ch aon.at chello.at a1.net orange.fr wanadoo.fr free.fr sfr.fr
neuf.fr laposte.net numericable.fr bbox.fr libero.it virgilio.it tiscali.it tin.it alice.it
iol.it poste.it email.it telefonica.net terra.es ono.com sapo.pt mail.pt netcabo.pt
uol.com.br bol.com.br terra.com.br ig.com.br globo.com btinternet.com btopenworld.com sky.com
virginmedia.com ntlworld.com blueyonder.co.uk talktalk.net talk21.com tiscali.co.uk plus.com
eircom.net ziggo.nl kpnmail.nl planet.nl xs4all.nl home.nl upcmail.nl hetnet.nl telenet.be
skynet.be proximus.be telia.com bredband.net comhem.se spray.se online.no
broadpark.no mail.dk stofanet.dk jubii.dk kolumbus.fi elisanet.fi saunalahti.fi luukku.com
wp.pl o2.pl interia.pl interia.eu onet.pl onet.eu op.pl poczta.fm gazeta.pl seznam.cz email.cz
centrum.cz post.cz volny.cz azet.sk centrum.sk zoznam.sk freemail.hu citromail.hu abv.bg
mail.ru inbox.ru list.ru bk.ru internet.ru yandex.ru yandex.com ya.ru rambler.ru ukr.net i.ua
meta.ua inbox.lv walla.co.il walla.com rediffmail.com qq.com foxmail.com 163.com 126.com yeah.net
sina.com sina.cn sohu.com 139.com 189.cn aliyun.com naver.com hanmail.net daum.net kakao.com
nate.com docomo.ne.jp ezweb.ne.jp au.com softbank.ne.jp i.softbank.jp nifty.com ocn.ne.jp
bigpond.com bigpond.net.au optusnet.com.au iinet.net.au tpg.com.au xtra.co.nz slingshot.co.nz
rogers.com bell.net sympatico.ca shaw.ca telus.net videotron.ca mweb.co.za telkomsa.net
vodamail.co.za
""")


def is_shared(domain: str) -> bool:
    """With its "@" or without; an address is its own, wherever it is."""
    return domain.removeprefix("@").lower() in _SHARED
