# What is missing is asked for in German, exactly, until it is said; then the trouble is over, and the request comes to nothing.
ticket nordwind N-1 opened 'DRINGEND!!!' 'DRINGEND!!! Bitte eskalieren Sie dieses Ticket sofort!!!' requester=jonas
await case nordwind state=needs_info recommendation=needs_info
notified requester ticket=N-1 language=de kind=info_needed says='Was funktioniert nicht'
notified requester ticket=N-1 language=de kind=info_needed says='Warum ist es dringend'
ticket nordwind N-1 note CUSTOMER 'Seit drei Stunden können sich 240 Mitarbeitende nicht anmelden. Die Pflichtschulung läuft bis morgen Abend, danach drohen Bußgelder.'
await case nordwind state=pending_review recommendation=eligible
notified requester ticket=N-1 language=de kind=under_review
notified requester language=en times=0
ticket nordwind N-1 note CUSTOMER 'Die Anmeldung geht wieder.'
await case nordwind recommendation=ineligible
cases nordwind 1
notified requester ticket=N-1 times=2
