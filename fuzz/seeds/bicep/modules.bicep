targetScope = 'subscription'
import { pool, double as twice } from 'types.bicep'
import * as shared from 'types.bicep'
extension kubernetes with { namespace: 'default', kubeConfig: 'x' } as k8s
provider 'br:example.azurecr.io/bicep/extensions/some:1.0.0'

param names string[] = [ 'a', 'b' ]
var list = loadJsonContent('values.json', '$.list')
var script = loadTextContent('script.sh')

resource group 'Microsoft.Resources/resourceGroups@2024-03-01' = {
  name: 'rg-${uniqueString(subscription().id)}'
  location: deployment().location
}

module storage 'storage.bicep' = [for (name, index) in names: {
  name: 'storage-${index}'
  scope: group
  params: {
    name: name
    count: twice(index)
    pools: shared.defaults.pools
  }
}]

@batchSize(1)
module registry 'br/public:avm/res/container-registry/registry:0.9.0' = if (length(names) > 1) {
  scope: resourceGroup('other')
  params: { name: storage[0].outputs.name }
}

module spec 'ts:00000000-0000-0000-0000-000000000000/rg/spec:v1' = {
  name: 'spec'
}

test check 'main.bicep' = { params: {} }
output ids array = [for (name, i) in names: storage[i].outputs.id]
output first string = registry.?outputs.?id ?? ''
