output data object? = {
  key: 'value'
  nested: {
    key: 'value'
  }
}
