using 'main.bicep'

param skuName = 'Standard_LRS'
