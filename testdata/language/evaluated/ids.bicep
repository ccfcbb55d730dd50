// The id of what exists already, in every scope that a resource can be in.
param outer string
param inner string

var full = '${outer}/${inner}'
var elsewhere = '22222222-2222-2222-2222-222222222222'

resource here 'My.Rp/parent/child@2020-01-01' existing = {
  name: full
}
resource inGroup 'My.Rp/parent/child@2020-01-01' existing = {
  scope: resourceGroup('customRg')
  name: full
}
resource inGroupElsewhere 'My.Rp/parent/child@2020-01-01' existing = {
  scope: resourceGroup('22222222-2222-2222-2222-222222222222', 'customRg')
  name: full
}
resource inTenant 'My.Rp/parent/child@2020-01-01' existing = {
  scope: tenant()
  name: full
}
resource inSubscription 'My.Rp/parent/child@2020-01-01' existing = {
  scope: subscription()
  name: full
}
resource inSubscriptionElsewhere 'My.Rp/parent/child@2020-01-01' existing = {
  scope: subscription(elsewhere)
  name: full
}
resource inManagementGroup 'My.Rp/parent/child@2020-01-01' existing = {
  scope: managementGroup(elsewhere)
  name: full
}
resource extension 'My.ExtensionRp/parent/child@2020-01-01' existing = {
  scope: inTenant
  name: full
}

// => "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg-own/providers/My.Rp/parent/myParent/child/myChild"
output hereId string = here.id
// => "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/customRg/providers/My.Rp/parent/myParent/child/myChild"
output inGroupId string = inGroup.id
// => "/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/customRg/providers/My.Rp/parent/myParent/child/myChild"
output inGroupElsewhereId string = inGroupElsewhere.id
// => "/providers/My.Rp/parent/myParent/child/myChild"
output inTenantId string = inTenant.id
// => "/subscriptions/11111111-1111-1111-1111-111111111111/providers/My.Rp/parent/myParent/child/myChild"
output inSubscriptionId string = inSubscription.id
// => "/subscriptions/22222222-2222-2222-2222-222222222222/providers/My.Rp/parent/myParent/child/myChild"
output inSubscriptionElsewhereId string = inSubscriptionElsewhere.id
// => "/providers/Microsoft.Management/managementGroups/22222222-2222-2222-2222-222222222222/providers/My.Rp/parent/myParent/child/myChild"
output inManagementGroupId string = inManagementGroup.id
// => "/providers/My.Rp/parent/myParent/child/myChild/providers/My.ExtensionRp/parent/myParent/child/myChild"
output extensionId string = extension.id

// => "myParent/myChild"
output name string = here.name
// => "2020-01-01"
output version string = here.apiVersion
// => "My.Rp/parent/child"
output type string = here.type
