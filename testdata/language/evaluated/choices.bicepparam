using 'choices.bicep'

param flags = {
  a: true
  b: false
}
