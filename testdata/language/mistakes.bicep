// Each line is wrong in its own way; the others are read all the same.
param count int = 'three'
param name string = nmae
param kind knd = 'x'
type loop = loop[]
type circle = other
type other = circle
var first = second
var second = first
var text = loadTextContent('nowhere.txt')
var outside = loadTextContent('../../../outside.txt')
var json = loadJsonContent('loaded/text.txt')
var unknown = upper('x')
var few = replace('x', 'y')
import { absent } from 'shared.bicep'
import { x } from 'mistakes.bicep'
import { y } from 'nowhere.bicep'

func endless(n int) int => endless(n)

resource selfish 'Microsoft.Storage/storageAccounts@2023-05-01' = {
  name: selfish.name
  location: 'westeurope'
  sku: { name: 'Standard_LRS' }
  kind: 'StorageV2'
}

resource mother 'Microsoft.Storage/storageAccounts@2023-05-01' = {
  parent: daughter
  name: 'a'
}

resource daughter 'Microsoft.Storage/storageAccounts/blobServices@2023-05-01' = {
  parent: mother
  name: 'default'
}

module itself 'mistakes.bicep' = {
  name: 'itself'
}

module missing 'modules/missing.bicep' = {
  name: 'missing'
}

module strange 'https://contoso.com/x.bicep' = {
  name: 'strange'
}

module extra 'shared.bicep' = {
  name: 'extra'
  params: { prefix: 'a', password: 'b', colour: 'blue' }
}

resource kept 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-kept'
  location: 'westeurope'
  properties: { value: endless(1), few: few, unknown: unknown, first: first, text: text, json: json, outside: outside, count: count }
}

resource broken 'Microsoft.Storage/storageAccounts@2023-05-01' = {
  name: 'stbroken'
  sku: { name: 'Standard_LRS }
}
