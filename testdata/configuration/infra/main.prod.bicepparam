using 'main.bicep'
param sku = 'Standard_LRS'
param days = 31
