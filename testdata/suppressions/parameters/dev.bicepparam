using 'main.bicep'

param sku = 'Standard_LRS' // amllint: ignore[ST001] reason="a sandbox"
