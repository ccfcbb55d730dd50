// Ids in a template that is deployed to a subscription: there is no resource group in them.
targetScope = 'subscription'

resource here 'My.Rp/parent@2020-01-01' existing = {
  name: 'mine'
}

// => "/subscriptions/11111111-1111-1111-1111-111111111111/providers/My.Rp/parent/mine/child/yours"
output byFunction string = resourceId('My.Rp/parent/child', 'mine', 'yours')
// => "/subscriptions/11111111-1111-1111-1111-111111111111/providers/My.Rp/parent/mine"
output bySymbol string = here.id
// => "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg-other/providers/My.Rp/parent/mine"
output inGroup string = resourceId('11111111-1111-1111-1111-111111111111', 'rg-other', 'My.Rp/parent', 'mine')
// => "/subscriptions/11111111-1111-1111-1111-111111111111"
output own string = subscription().id
