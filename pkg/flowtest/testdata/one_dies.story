# Any one service may die in the middle of things; nothing is lost, and nobody is told twice.
signal auth_attempt tenant=helio users=1..2500 at=-4m method=PASSWORD outcome=SUCCESS
signal auth_attempt tenant=acme users=1..60 at=-3m method=PASSWORD outcome=FAILURE failure=TIMEOUT
kill intake
start intake
signal auth_attempt tenant=acme users=61..101 at=-2m method=PASSWORD outcome=FAILURE failure=TIMEOUT
kill monitoring
start monitoring
await condition acme auth_failures_over_100 change=raised value=101 people=101
kill review
start review
ticket acme T-1 opened 'Login' 'Nobody can log in. Please escalate, nobody can work.' requester=dana
kill classification
start classification
await case acme tickets=1 conditions=1 state=pending_review
case acme approve by=lena eta=2h
kill notification
start notification
settled
cases acme 1
cases platform 0
notified leadership kind=case_opened
notified leadership kind=approved
notified requester ticket=T-1 kind=approved
