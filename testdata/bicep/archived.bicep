// A module that was published with its sources: what is found in it is shown in the Bicep of its author.
module account 'br/contoso:account:1.0' = {
  name: 'account'
  params: { name: 'starchived' }
}
