using 'main.bicep'
param sku = 'Standard_LRS'
