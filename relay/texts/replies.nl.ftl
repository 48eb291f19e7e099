hello = Goedendag {"{customer}"}, u spreekt met {"{agent}"} van {"{company}"}. Ik zie dezelfde pagina als u. Waarmee kan ik u helpen?
moment = Een ogenblik alstublieft, ik zoek het voor u uit.
where = Ik wijs het nu aan op uw pagina. Ziet u het?
press = Wilt u op de knop drukken die ik heb gemarkeerd?
private = Stuurt u hier geen wachtwoorden of kaartnummers. Typ ze in de pagina: daar kan ik ze niet zien.
anything = Kan ik u nog met iets anders helpen?
bye = Dank u wel, en nog een fijne dag. U kunt de hulp nu beëindigen, of ik doe het.
