// What all environments share: not one by itself, for it says no SKU.
using none

param location = 'westeurope'
param storageSku = 'Standard_LRS'
