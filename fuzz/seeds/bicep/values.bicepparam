using 'main.bicep'
extends 'base.bicepparam'

import { defaults } from 'types.bicep'

param location = 'westeurope'
param sku = readEnvironmentVariable('SKU', 'Standard_ZRS')
param tags = { ...base.tags, owner: 'data' }
param password = az.getSecret('00000000-0000-0000-0000-000000000000', 'rg', 'vault', 'secret')
var zones = [for zone in [1, 2, 3]: string(zone)]
param zones = zones
param text = '''
several
lines
'''
extensionConfig k8s with { namespace: 'x' }
