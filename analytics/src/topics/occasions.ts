/**
 * Words of greetings, cheers, acknowledgements, red packets, calls for a click and public holidays, and names of emoticons that chats write in brackets: many people say
 * them within minutes or on one day, and nobody is owed an answer.
 */
export const occasionWords: readonly string[] = (
  '新年 新年快乐 新春 春节 除夕 拜年 过年 过年好 年夜饭 元旦 元宵 元宵节 汤圆 清明 清明节 五一 劳动节 端午 端午节 粽子 安康 ' +
  '端午安康 六一 儿童节 七夕 中秋 中秋节 月饼 团圆 国庆 国庆节 十一 重阳 重阳节 腊八 小年 冬至 圣诞 圣诞节 平安夜 情人节 母亲节 父亲节 ' +
  '妇女节 女神节 教师节 护士节 记者节 感恩节 万圣节 节日 节日快乐 快乐 祝福 祝 祝愿 祝大家 恭喜 恭喜发财 发财 恭贺 贺 红包 ' +
  '假期 放假 长假 小长假 双节 佳节 吉祥 如意 万事如意 阖家 阖家欢乐 阖家团圆 幸福 顺遂 阖家幸福 佳节快乐 各位 早上好 早安 晚安 中午好 下午好 晚上好 大吉 鞭炮 烟花 ' +
  '生日 生日快乐 周末愉快 愉快 平安 健康 顺利 新春快乐 龙年 蛇年 马年 除夕夜 倒计时 跨年 ' +
  '欢迎 欢迎加入 热烈欢迎 热烈 加入 新同事 新人 新朋友 点赞 赞 收到 辛苦 加油 谢谢 感谢 多谢 鼓掌 握手 抱拳 拥抱 玫瑰 太阳 爱心 微笑 呲牙 偷笑 憨笑 ' +
  '捂脸 强 胜利 庆祝 礼花 礼物 撒花 比心 早 早安 午安 新的一天 元气 万事 顺意 万事顺意 平平安安 顺心 开心 哈哈 哈哈哈 哈哈哈哈 嘿嘿 嘻嘻 笑死 接龙 转发 扩散 转告 ' +
  '知悉 知晓 已阅 已读 明白 照办 遵照 转达 打卡 签到 报数 抢到 手气 大气 运气 投票 投一票 一票 拜托 帮忙 麻烦 砍一刀 一刀 拼团 点开'
).split(' ')
