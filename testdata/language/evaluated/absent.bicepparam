using 'absent.bicep'

param subscriptionId = '22222222-2222-2222-2222-222222222222'
param groupName = 'customRg'
