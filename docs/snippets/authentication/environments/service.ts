import { type AuthOptions, ServiceBuilder, Type } from 'chapkit'

const MyConfig = Type.Object({ environment: Type.String() })

export function myService(auth?: AuthOptions) {
  return new ServiceBuilder({ displayName: 'My Service' }).withLogging().withAuth(auth).withConfig(MyConfig)
}
