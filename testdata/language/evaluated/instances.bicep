// Modules of a loop at a position that nobody knows, or that is not there, and what else is asked of a deployment: in Bicep, and in a
// template that names them by symbols.
param position int

module each 'modules/given.bicep' = [for (text, i) in ['one', 'two']: {
  name: 'each-${i}'
  params: { bar: text }
}]
module asking 'modules/asking.json' = {
  name: 'asking'
  params: { position: position }
}

// => "two"
output second string = each[1].outputs.foo.bar
// => "[createArray('one', 'two')[parameters('position')]]"
output some string = each[position].outputs.foo.bar
// => "[createArray('one', 'two')[add(parameters('position'), 1)]]"
output next string = each[position + 1].outputs.foo.bar
// => "[each[2]]"
output none string = each[2].outputs.foo.bar

// => "two"
output secondBySymbol string = asking.outputs.second
// => "[createArray('one', 'two')[parameters('position')]]"
output someBySymbol string = asking.outputs.some
// => "[createArray('one', 'two')[add(parameters('position'), 1)]]"
output nextBySymbol string = asking.outputs.next
// => "[reference('each[2]').outputs.text.value]"
output noneBySymbol string = asking.outputs.none
// => "only"
output known string = asking.outputs.known
// => "only"
output knownOfAll string = asking.outputs.knownOfAll
// => "[reference('/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg-own/providers/Microsoft.Resources/deployments/only').mode]"
output mode string = asking.outputs.mode
// => "[reference('/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg-own/providers/Microsoft.Resources/deployments/only', 'full').properties.provisioningState]"
output state string = asking.outputs.state
// => "[tryGet(reference('/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg-own/providers/Microsoft.Resources/deployments/only'), 'mode')]"
output perhaps string = asking.outputs.perhaps
