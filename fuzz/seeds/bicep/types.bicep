@export()
@discriminator('kind')
type pool = systemPool | userPool

type systemPool = {
  kind: 'system'
  @minValue(2)
  nodes: int
}

@sealed()
type userPool = {
  kind: 'user'
  nodes: int?
  zones: ('1' | '2' | '3')[]
  *: string
}

type pair = [ string, int? ]
type tree = { value: string, left: tree?, right: tree? }
type first = pair[0]
type rest = tree.left!
type each = userPool.zones[*]
type storageInput = resourceInput<'Microsoft.Storage/storageAccounts@2023-05-01'>

@export()
@description('Doubles')
func double(value int) int => value * 2

func named(prefix string, number int) string => '${prefix}${double(number)}'

@export()
var defaults = { pools: [ { kind: 'system', nodes: 2 } ] }

param pools pool[] = defaults.pools
param settings {
  retention: int
  mode: 'on' | 'off'
  nested: { deep: bool? }?
} = { retention: 7, mode: 'on' }
param given systemPool = { kind: 'system', nodes: 3 }

var system = filter(pools, pool => pool.kind == 'system')
var byKind = groupBy(pools, pool => pool.kind)
var sum = reduce(range(1, 9), 0, (total, number) => total + number)
var sorted = sort(['b', 'a'], (left, right) => left < right)
var object = toObject(sorted, item => item, item => named(item, length(item)))

assert enough = length(system) > 0

output result object = object
output retention int = settings.?nested.?deep ?? false ? 0 : settings.retention
