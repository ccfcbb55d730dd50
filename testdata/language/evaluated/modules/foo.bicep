output foo string = 'foo'
