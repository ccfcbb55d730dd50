using 'items.bicep'

param shuffled = {
  ghiKey: 'ghiValue'
  defKey: 'defValue'
  abcKey: 'abcValue'
  '123Key': '123Value'
  GHIKey: 'GHIValue'
  DEFKey: 'DEFValue'
  ABCKey: 'ABCValue'
  '456Key': '456Value'
}
