using 'main.bicep'
extends 'shared.bicepparam'

param skuName = 'Standard_ZRS'
param retention = { days: base.retention.days + 30 }
