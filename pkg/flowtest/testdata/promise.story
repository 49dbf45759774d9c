# An ETA that passes is missed once, also after a restart; the one after it is kept, and an update is told once; one that comes right behind it is told with the end.
ticket acme T-1 opened 'Insights' 'Insights does not load at all for our whole company. Please escalate, the board meets tomorrow morning.' requester=dana
await case acme state=pending_review tickets=1
case acme approve eta=2s by=lena
await case acme state=in_progress promise=missed
stop
start
settled
notified leadership kind=eta_overdue
case acme eta eta=3h by=lena note='the vendor restores a copy'
case acme update by=lena note='half of it loads again'
settled
notified requester ticket=T-1 kind=eta_moved
notified requester ticket=T-1 kind=progress says='half of it loads again'
notified leadership kind=progress times=0
case acme update by=lena note='all of it loads again'
settled
notified requester ticket=T-1 kind=progress says='half of it loads again'
notified requester ticket=T-1 kind=progress times=1
case acme resolve by=lena note='it loads'
await case acme state=resolved promise=kept
settled
notified leadership kind=eta_overdue
notified requester ticket=T-1 kind=resolved says='all of it loads again'
