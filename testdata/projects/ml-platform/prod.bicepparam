using 'main.bicep'
extends 'base.bicepparam'

param storageSku = 'Standard_ZRS'
