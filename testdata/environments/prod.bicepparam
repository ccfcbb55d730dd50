using 'main.bicep'

param skuName = 'Standard_ZRS'
