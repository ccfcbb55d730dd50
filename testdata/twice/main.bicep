// One account that two rounds of a loop deploy, one that is referred to as existing, and a group whose region is known.
targetScope = 'subscription'

resource group 'Microsoft.Resources/resourceGroups@2024-03-01' = {
  name: 'rg-prod'
  location: 'westus'
}

module account 'account.bicep' = [for round in ['init', 'idem']: {
  name: 'account-${round}'
  scope: group
  params: { name: 'sttwice' }
}]
