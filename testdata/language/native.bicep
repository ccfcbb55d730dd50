// Every construct of Bicep that is evaluated: `amllint expand` shows what it makes of it.
targetScope = 'resourceGroup'

import * as shared from 'shared.bicep'
import { nameOf, tierType as tier } from 'shared.bicep'

@description('Names of accounts.')
@minLength(1)
param names string[] = ['one', 'two']
param sku tier = 'Standard'
param options { zones: int[]?, *: string } = { zones: [1, 2], note: 'free' }
param unknownNames array
param environment ('dev' | 'prod')? 
@secure()
param password string

var text = loadTextContent('loaded/text.txt')
var settings = loadJsonContent('loaded/settings.json', '$.storage')
var list = loadYamlContent('loaded/list.yaml').regions
var files = loadDirectoryFileInfo('loaded', '*.json')
var encoded = loadFileAsBase64('loaded/text.txt')
var multiline = '''
first
second ${not a hole}'''
var interpolated = $'''hole: ${sku}'''
var merged = { ...settings, kind: 'BlobStorage' }
var spread = [0, ...[1, 2], 3]
var mapped = map(names, (name, i) => '${i}:${toUpper(name)}')
var grouped = toObject(names, name => name, name => length(name))
var safe = options.?missing.inner ?? 'absent'
var last = spread[^1]
var chosen = environment == 'prod' ? 'GRS' : 'LRS'
var operators = [1 + 2 * 3, 7 % 4, -5, !true, 'A' =~ 'a', 'A' !~ 'b', 1 < 2 && 2 >= 2, null ?? 4]
var squares = [for i in range(0, 4): i * i]
var even = filter(squares, square => square % 2 == 0)

func greet(name string, polite bool) string => polite ? 'Dear ${name}' : 'Hi ${name}'

resource group 'Microsoft.Resources/resourceGroups@2024-03-01' existing = {
  scope: subscription()
  name: 'rg-shared'
}

resource vnet 'Microsoft.Network/virtualNetworks@2024-05-01' existing = {
  scope: resourceGroup('rg-network')
  name: 'vnet'

  resource subnet 'subnets' existing = {
    name: 'compute'
  }
}

resource account 'Microsoft.Storage/storageAccounts@2023-05-01' = [for (name, i) in names: if (name != 'skipped') {
  name: 'st${name}${i}'
  location: 'westeurope'
  kind: merged.kind
  sku: { name: '${sku}_${chosen}' }
  properties: {
    networkAcls: {
      defaultAction: 'Deny'
      virtualNetworkRules: [for n in range(0, 2): { id: vnet::subnet.id, action: 'Allow${n}' }]
    }
  }

  resource blobs 'blobServices' = {
    name: 'default'
    properties: { deleteRetentionPolicy: { enabled: true, days: settings.days } }
  }
}]

resource perhaps 'Microsoft.Storage/storageAccounts@2023-05-01' = [for name in unknownNames: {
  name: 'st${name}'
  location: 'westeurope'
  kind: 'StorageV2'
  sku: { name: 'Standard_LRS' }
}]

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: nameOf('kv', 1)
  location: list[0]
  properties: {
    tenantId: subscription().tenantId
    sku: { family: 'A', name: 'standard' }
  }
}

resource secret 'Microsoft.KeyVault/vaults/secrets@2023-07-01' = {
  parent: vault
  name: 'connection'
  properties: { value: account[0].listKeys().keys[0].value }
}

resource lock 'Microsoft.Authorization/locks@2020-05-01' = {
  scope: vault
  name: 'keep'
  properties: { level: 'CanNotDelete' }
}

module nested 'shared.bicep' = [for name in names: {
  name: 'nested-${name}'
  scope: group
  params: { prefix: name, password: password }
}]

module conditional 'shared.bicep' = if (environment == 'dev') {
  params: { prefix: 'dev', password: vault.getSecret('connection') }
}

output greetings array = [greet('you', true), shared.nameOf('a', 2), shared.suffix]
output ids array = [for (name, i) in names: account[i].id]
output endpoint string = account[0].properties.primaryEndpoints.blob
output fromModule string = nested[1].outputs.name
output fromConditional string? = conditional.?outputs.name
output computed object = {
  text: text
  files: files
  encoded: encoded
  multiline: multiline
  interpolated: interpolated
  merged: merged
  spread: spread
  mapped: mapped
  grouped: grouped
  safe: safe
  last: last
  operators: operators
  even: even
  nameof: nameof(vault)
  region: readEnvironmentVariable('REGION', 'northeurope')
  subnet: vnet::subnet.name
  zone: options.zones![0]
}
@secure()
output secretOutput string = password
