/** Two tables of a small organisation: a city with two districts and three groups, all filed, informed and answered for. */
export const UNITS_CSV = `id,name,parent_id
city,城市服务中心,
north,北区,city
south,南区,city
`

const INFORMED = '2024-01-01'

export const GROUPS_CSV = `id,name,kind,unit_id,state,filed_on,informed_on,administrator_post,administrator_from
g-n1,北区服务一群,service,north,filed,${INFORMED},${INFORMED},站长,${INFORMED}
g-n2,北区服务二群,service,north,filed,${INFORMED},${INFORMED},站长,${INFORMED}
g-s1,南区服务一群,service,south,filed,${INFORMED},${INFORMED},站长,${INFORMED}
`
