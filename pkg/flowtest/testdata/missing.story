# An unjustified request is answered with what is missing; a mere question makes no case.
ticket helio H-1 opened 'URGENT!!!' 'URGENT!!! Please escalate this ticket immediately!!!' requester=tom
await case helio state=needs_info recommendation=needs_info
notified requester ticket=H-1 language=en says='urgent'
ticket meridian M-1 opened 'Logo' 'Hello, where do I change the company logo? Thank you!' requester=ines
cases meridian 0
notified requester ticket=M-1 times=0
ticket helio H-1 note CUSTOMER 'All reports have failed for more than 24 hours, and the audit committee meets tomorrow morning. That is why we ask you to escalate.'
await case helio state=pending_review recommendation=eligible
cases helio 1
