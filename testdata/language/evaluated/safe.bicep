// `.?` of what is deployed: what Azure knows stays a question, the rest is known.
resource vm 'Microsoft.Compute/virtualMachines@2020-06-01' existing = {
  name: 'name'
}
resource declared 'My.Rp/res1@2020-01-01' = {
  name: 'testRes'
  properties: {
    foo: [{ bar: 'baz' }]
  }
}
module nested 'modules/nested.bicep' = {
  name: 'mod'
}
var present = { bar: 'present' }
var absent = 'baz'

// => "name"
output name string? = vm.?name
// => "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg-own/providers/Microsoft.Compute/virtualMachines/name"
output id string? = vm.?id
// => "[tryGet(reference('/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg-own/providers/Microsoft.Compute/virtualMachines/name', 'full'), 'properties')]"
output properties object? = vm.?properties
// => "[tryGet(reference('/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg-own/providers/Microsoft.Compute/virtualMachines/name', 'full'), 'identity')]"
output identity object? = vm.?identity
// => "[tryGet(reference('/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg-own/providers/Microsoft.Compute/virtualMachines/name', 'full'), 'plan', 'name')]"
output planName string? = vm.?plan.name
// => "[tryGet(reference('/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg-own/providers/Microsoft.Compute/virtualMachines/name'), 'evictionPolicy')]"
output evictionPolicy string? = vm.properties.?evictionPolicy
// => "[tryGet(reference('/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg-own/providers/Microsoft.Compute/virtualMachines/name'), 'billingProfile', 'maxPrice')]"
output maxPrice int? = vm.properties.?billingProfile.maxPrice

// => "[tryGet(reference('/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg-own/providers/My.Rp/res1/testRes', 'full'), 'properties', 'foo', 0, 'bar')]"
output ofDeclared string? = declared.?properties.foo[0].bar
// => "[tryGet(reference('/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg-own/providers/My.Rp/res1/testRes').foo, 10, 'bar')]"
output elementOfDeclared string? = declared.properties.foo[?10].bar
// => "[reference('/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg-own/providers/My.Rp/res1/testRes').foo[0].bar]"
output asked string = declared.properties.foo[0].bar

// => {"key": "value", "nested": {"key": "value"}}
output whole object = nested.outputs.data
// => {"key": "value", "nested": {"key": "value"}}
output maybeWhole object? = nested.outputs.?data
// => "value"
output key string = nested.outputs.data.key
// => "value"
output maybeKey string? = nested.outputs.data.?key
// => "value"
output keyOfMaybe string? = nested.outputs.?data.key
// => "value"
output maybeKeyOfMaybe string? = nested.outputs.?data.?key
// => "value"
output nestedKey string = nested.outputs.data.nested.key
// => "value"
output maybeNestedKey string? = nested.outputs.data.?nested.key
// => "value"
output nestedKeyOfMaybe string? = nested.outputs.?data.nested.key

// => null
output nothing string? = present.?baz
// => null
output nothingByName string? = present[?absent]
