/**
 * Gives the prototype all members of an example: each is looked up in what `find` gives, when it is used. Members that the
 * prototype has already stay.
 */
export function delegate<Proxy extends object>(
  prototype: Proxy,
  example: object,
  find: (proxy: Proxy) => object,
): void {
  for (let owner = example; owner !== Object.prototype; owner = Reflect.getPrototypeOf(owner) as object) {
    for (const name of Reflect.ownKeys(owner)) {
      if (name in prototype) continue
      const isMethod = typeof Reflect.get(example, name) === 'function'
      Object.defineProperty(prototype, name, isMethod ? method(name, find) : property(name, find))
    }
  }
}

type Find<Proxy> = (proxy: Proxy) => object
type AnyFunction = (...args: unknown[]) => unknown

function method<Proxy>(name: PropertyKey, find: Find<Proxy>): PropertyDescriptor & ThisType<Proxy> {
  return {
    configurable: true,
    writable: true,
    value(...args: unknown[]): unknown {
      const target = find(this)
      return Reflect.apply(Reflect.get(target, name) as AnyFunction, target, args)
    },
  }
}

function property<Proxy>(name: PropertyKey, find: Find<Proxy>): PropertyDescriptor & ThisType<Proxy> {
  return {
    configurable: true,
    get() {
      return Reflect.get(find(this), name) as unknown
    },
    set(value: unknown) {
      Reflect.set(find(this), name, value)
    },
  }
}
