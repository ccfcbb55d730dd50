param 
param a
param b string = 
var = 3
var c = {
  d: [1, 2
  e: 'unclosed
}
resource
resource f 'Microsoft.Storage/storageAccounts@2023-05-01'
resource g = { name: 'x' }
module h 'x.bicep' = [for in : ]
output i string = '${'
type j = { k: | }
func l( => 
@
@description(
import from
var m = (1 + ) * ? : ?? && ||
var n = a.b.?c[?^0]!::d(e, f => g).h
/* not closed
