# A request by form whose words are in another language goes to people: nobody is written to in a language that they do not write.
ticket globex G-1 opened 'Connexion' 'Le portail ne marche pas depuis ce matin, nous sommes tous bloqués et les clients attendent.' requester=remy csm=carl
cases globex 0
ticket globex G-1 escalation_requested reason='Personne ne peut se connecter depuis ce matin, nous sommes tous bloqués.' urgency='Les clients attendent devant la porte depuis ce matin.' policy_reason=sso_unavailable
await case globex tickets=1
settled
notified leadership kind=case_opened says='a language other than English and German'
notified csm ticket=G-1 says='Nobody has written to them'
notified requester times=0
case globex approve by=lena eta=2h
settled
notified leadership kind=approved
notified requester times=0
