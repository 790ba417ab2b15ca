/** The configs that the service has from its first start on. What somebody changed later stays as it is. */
export const environments = {
  production: { environment: 'production', debug: false, replicas: 3 },
  staging: { environment: 'staging', debug: false, replicas: 1 },
  development: { environment: 'development', debug: true, replicas: 1 },
}
