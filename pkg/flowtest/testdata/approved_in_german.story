# A justified German request is approved with an ETA, and the requester hears of it in German.
ticket nordwind N-1 opened 'Berichte fehlen' 'Seit über 24 Stunden kommt kein einziger Bericht mehr an, alle Läufe schlagen fehl. Bitte eskalieren Sie: morgen früh tagt der Prüfungsausschuss und braucht die Zahlen.' requester=jonas
await case nordwind state=pending_review recommendation=eligible
notified requester ticket=N-1 language=de
case nordwind approve by=lena eta=2h
await case nordwind state=in_progress
notified requester ticket=N-1 language=de kind=approved says='garantiert keine schnellere Lösung'
notified leadership kind=approved
case nordwind eta by=lena eta=3h note='Der Anbieter liefert später'
notified requester ticket=N-1 language=de kind=eta_moved
