// What other files import, and a module at once.
@export()
type tierType = 'Standard' | 'Premium'

@export()
var suffix = 'shared'

@export()
func nameOf(prefix string, number int) string => '${prefix}-${number}-${short(prefix)}'

func short(text string) string => take(text, 1)

param prefix string
@secure()
param password string
param location string = resourceGroup().location

resource insights 'Microsoft.Insights/components@2020-02-02' = {
  name: '${prefix}-${suffix}'
  location: location
  kind: 'web'
  properties: { Application_Type: 'web', Request_Source: password }
}

output name string = insights.name
